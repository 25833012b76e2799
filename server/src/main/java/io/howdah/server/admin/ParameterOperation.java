package io.howdah.server.admin;

import io.howdah.kernel.model.NodeId;
import io.howdah.server.configuration.KeptConfiguration;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Changes the settings of PostgreSQL that are kept for all nodes: every node that can be reached judges them first, then they
 * are written down, then each node takes them up. What needs a restart waits for one.
 */
final class ParameterOperation {
    private final Lifecycle cluster;
    private final Path directory;

    /** @param directory where the settings are kept */
    ParameterOperation(Lifecycle cluster, Path directory) {
        this.cluster = cluster;
        this.directory = directory;
    }

    ObjectNode run(OperationRequest.Config request) {
        KeptConfiguration before = KeptConfiguration.read(directory);
        Map<String, String> settings = changed(before.settings(), request);
        List<NodeId> nodes = reachable();
        ObjectNode question = Json.object();
        settings.forEach(question.putObject("settings")::put);
        for (NodeId node : nodes) {
            cluster.order(node, "check-parameters", question);
        }
        cluster.tell("cluster", "%s would go on with these settings".formatted(Lifecycle.names(nodes)));
        new KeptConfiguration(new LinkedHashMap<>(settings), before.accessRules()).writeSettings(directory);
        ObjectNode pending = Json.object();
        for (NodeId node : nodes) {
            ArrayNode names = pending.putArray(node.value());
            names.addAll(apply(node));
            cluster.tell(
                    node.value(),
                    names.isEmpty()
                            ? "has taken them up"
                            : "waits for a restart to take up "
                                    + names.valueStream()
                                            .map(name -> name.asString(""))
                                            .reduce((one, other) -> one + ", " + other)
                                            .orElse(""));
        }
        ObjectNode result = show(new KeptConfiguration(new LinkedHashMap<>(settings), List.of()));
        result.set("pending_restart", pending);
        return result;
    }

    /** A node that cannot do it now does it when it starts; the others are not to wait for that. */
    private List<JsonNode> apply(NodeId node) {
        try {
            return cluster.order(node, "apply-parameters", Json.object())
                    .path("pending_restart")
                    .valueStream()
                    .toList();
        } catch (OperationFailedException e) {
            cluster.tell(node.value(), "reads them when it starts: " + e.detail());
            return List.of();
        }
    }

    /** What is kept, as the Admin API shows it. */
    static ObjectNode show(KeptConfiguration kept) {
        ObjectNode document = Json.object();
        new TreeMap<>(kept.settings()).forEach(document.putObject("parameters")::put);
        return document;
    }

    private static Map<String, String> changed(Map<String, String> before, OperationRequest.Config request) {
        Map<String, String> settings = new LinkedHashMap<>(before);
        for (String name : request.unset()) {
            if (settings.remove(name) == null) {
                throw refused(
                        name + " is not set",
                        "what is set: " + String.join(", ", before.keySet()),
                        "howdah config show");
            }
        }
        request.set().forEach((name, value) -> {
            Optional<String> reason = KeptConfiguration.whyDecidedByNodes(name, value);
            if (reason.isPresent()) {
                throw refused(name + " cannot be set", reason.get(), "leave it as it is");
            }
            settings.put(name, value);
        });
        return settings;
    }

    private List<NodeId> reachable() {
        List<NodeId> nodes = cluster.snapshot().nodes().stream()
                .filter(node -> node.fresh().isPresent())
                .map(node -> node.entry().id())
                .toList();
        if (nodes.isEmpty()) {
            throw refused(
                    "No node can be reached",
                    "the settings are judged by PostgreSQL before they are written down",
                    "howdah up");
        }
        return nodes;
    }

    private static OperationFailedException refused(String title, String detail, String hint) {
        return new OperationFailedException(title, detail, hint, "");
    }
}
