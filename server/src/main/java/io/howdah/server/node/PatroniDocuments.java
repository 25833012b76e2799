package io.howdah.server.node;

import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Role;
import java.util.Collection;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The documents of Patroni's {@code /patroni} and {@code /cluster}, as far as a node here can tell the same things. */
final class PatroniDocuments {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private PatroniDocuments() {}

    static String node(String clusterName, NodeStatus status) {
        ObjectNode document = MAPPER.createObjectNode();
        document.put("state", status.position().isPresent() ? "running" : "stopped");
        document.put("role", role(status));
        ObjectNode xlog = document.putObject("xlog");
        long lsn =
                status.position().map(Position::lsn).map(value -> value.value()).orElse(0L);
        if (status.role() == Role.PRIMARY) {
            xlog.put("location", lsn);
        } else {
            xlog.put("received_location", lsn);
            xlog.put("replayed_location", lsn - status.lagBytes());
            xlog.put("paused", false);
        }
        status.position()
                .ifPresent(
                        position -> document.put("timeline", position.timeline().value()));
        ObjectNode patroni = document.putObject("patroni");
        patroni.put("scope", clusterName);
        patroni.put("name", status.node().value());
        return MAPPER.writeValueAsString(document) + "\n";
    }

    static String cluster(String clusterName, Collection<NodeStatus> statuses) {
        ObjectNode document = MAPPER.createObjectNode();
        ArrayNode members = document.putArray("members");
        for (NodeStatus status : statuses) {
            ObjectNode member = members.addObject();
            member.put("name", status.node().value());
            member.put("role", status.role() == Role.PRIMARY ? "leader" : "replica");
            member.put(
                    "state",
                    status.role() == Role.PRIMARY
                            ? "running"
                            : status.state().name().toLowerCase(Locale.ROOT));
            member.put("api_url", "http://%s:%d/patroni".formatted(status.host(), status.apiPort()));
            member.put("host", status.host());
            member.put("port", status.postgresPort());
            status.position()
                    .ifPresent(position ->
                            member.put("timeline", position.timeline().value()));
            if (status.role() == Role.STANDBY) {
                member.put("lag", status.lagBytes());
            }
        }
        document.put("scope", clusterName);
        return MAPPER.writeValueAsString(document) + "\n";
    }

    private static String role(NodeStatus status) {
        return status.role() == Role.PRIMARY ? "primary" : "replica";
    }
}
