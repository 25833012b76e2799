package io.howdah.server.admin;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Pause;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.GatewayEntry;
import io.howdah.server.configuration.RemotePrimary;
import io.howdah.server.configuration.VirtualAddressEntry;
import io.howdah.server.provision.RunningProcess;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts the status document together: the one that scripts read, so its keys never change their meaning. Pure. */
final class StatusDocument {
    /** Where admin is, which belongs to the document. */
    record AdminAddress(String host, int port, long pid) {
        String url() {
            return "http://%s:%d".formatted(host, port);
        }
    }

    private final ClusterConfiguration configuration;
    private final ClusterSnapshot snapshot;
    private final Map<String, RunningProcess> running;
    private final List<String> gatewayProblems;
    private final AdminAddress admin;

    StatusDocument(
            ClusterConfiguration configuration,
            ClusterSnapshot snapshot,
            Map<String, RunningProcess> running,
            List<String> gatewayProblems,
            AdminAddress admin) {
        this.configuration = configuration;
        this.snapshot = snapshot;
        this.running = Map.copyOf(running);
        this.gatewayProblems = List.copyOf(gatewayProblems);
        this.admin = admin;
    }

    ObjectNode toJson() {
        ObjectNode document = Json.object()
                .put("cluster", configuration.name())
                .put("cluster_id", configuration.id().value())
                .put("term", snapshot.term().value());
        document.put(
                "leader", snapshot.leader().map(leader -> leader.node().value()).orElse(null));
        ArrayNode problems = document.putArray("problems");
        problems().forEach(problems::add);
        document.set("nodes", nodes());
        ArrayNode gateways = document.putArray("gateways");
        configuration.gateways().forEach(gateway -> gateways.add(gateway(gateway)));
        ArrayNode addresses = document.putArray("virtual_addresses");
        configuration.virtualAddresses().forEach(entry -> addresses.add(address(entry)));
        document.putObject("admin").put("url", admin.url()).put("pid", admin.pid());
        document.put("failover", snapshot.canFailOver() && !snapshot.pause().on());
        putPause(document, snapshot.pause());
        document.put(
                "standby_of",
                configuration.standbyOf().map(RemotePrimary::toString).orElse(null));
        document.put(
                "standby_leader",
                snapshot.head().map(head -> head.node().value()).orElse(null));
        return document;
    }

    /** {@code "pause"}: null, or since when it lasts and why. */
    static void putPause(ObjectNode document, Pause pause) {
        if (!pause.on()) {
            document.putNull("pause");
            return;
        }
        ObjectNode json = document.putObject("pause").put("reason", pause.reason());
        json.put(
                "until",
                pause.untilEpochMillis() == 0
                        ? null
                        : Instant.ofEpochMilli(pause.untilEpochMillis()).toString());
    }

    ArrayNode nodes() {
        ArrayNode nodes = Json.array();
        snapshot.nodes().forEach(node -> nodes.add(node(node)));
        return nodes;
    }

    private List<String> problems() {
        List<String> problems = new ArrayList<>();
        List<GatewayEntry> stopped = configuration.gateways().stream()
                .filter(gateway -> !running.containsKey(gateway.id().value()))
                .toList();
        problems.addAll(snapshot.problems());
        configuration.virtualAddresses().stream()
                .map(VirtualAddressEntry::address)
                .filter(address -> snapshot.holder(address.toString()).isEmpty())
                .forEach(address -> problems.add(
                        "no gateway carries the virtual address %s: a majority of the nodes and a gateway with a link on %s are needed; the gateways' logs say more"
                                .formatted(address, address.network())));
        stopped.forEach(gateway -> problems.add(gateway.id() + ": its process does not run"));
        problems.addAll(gatewayProblems);
        return problems;
    }

    private ObjectNode node(NodeView node) {
        Optional<NodeStatus> status = node.fresh();
        ObjectNode json = Json.object()
                .put("id", node.entry().id().value())
                .put("cell", node.entry().cell().value())
                .put("role", status.map(NodeStatus::role).map(Words::of).orElse("standby"))
                .put("state", status.map(NodeStatus::state).map(Words::of).orElse("unreachable"))
                .put("reason", status.map(NodeStatus::reason).orElseGet(node::whyNot))
                .put(
                        "pid",
                        status.map(NodeStatus::processId)
                                .orElseGet(() -> pid(node.entry().id().value())))
                .put("postgres_pid", status.map(NodeStatus::postgresProcessId).orElse(0L))
                .put("host", configuration.host())
                .put("port", node.entry().postgresPort())
                .put("api_port", node.entry().apiPort())
                .put("data_dir", node.last().map(NodeStatus::dataDirectory).orElse(""));
        status.flatMap(NodeStatus::position)
                .ifPresentOrElse(
                        position -> json.put("timeline", position.timeline().value())
                                .put("lsn", position.lsn().toString()),
                        () -> json.putNull("timeline").putNull("lsn"));
        json.put("lag_bytes", status.map(NodeStatus::lagBytes).orElse(0L))
                .put("voter", status.map(NodeStatus::voter).orElse(false))
                .put("stale", status.isEmpty())
                .put(
                        "pending_restart",
                        status.map(NodeStatus::pendingRestart)
                                .map(names -> String.join(" ", names))
                                .orElse(""))
                .put("tags", node.entry().tags().toString())
                .put("term", node.last().map(known -> known.term().value()).orElse(0L));
        return json;
    }

    private ObjectNode gateway(GatewayEntry gateway) {
        String name = gateway.id().value();
        ObjectNode json = Json.object()
                .put("id", name)
                .put("cell", gateway.cell().value())
                .put("state", running.containsKey(name) ? "running" : "stopped")
                .put("pid", pid(name))
                .put("host", configuration.host());
        json.putObject("ports")
                .put("auto", gateway.ports().auto())
                .put("read_write", gateway.ports().readWrite())
                .put("read_only", gateway.ports().readOnly());
        return json;
    }

    private ObjectNode address(VirtualAddressEntry entry) {
        String address = entry.address().toString();
        return Json.object()
                .put("address", address)
                .put("interface", entry.address().network())
                .put("cell", entry.cell().map(Cell::value).orElse(null))
                .put("holder", snapshot.holder(address).map(GatewayId::value).orElse(null));
    }

    /** 0 when it does not run. */
    private long pid(String component) {
        return Optional.ofNullable(running.get(component))
                .map(process -> process.identity().pid())
                .orElse(0L);
    }
}
