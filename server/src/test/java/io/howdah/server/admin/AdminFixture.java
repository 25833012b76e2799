package io.howdah.server.admin;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.NodeId;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.GatewayEntry;
import io.howdah.server.configuration.ClusterConfiguration.GatewayPorts;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import io.howdah.server.configuration.ClusterConfigurationFile;
import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.configuration.Secrets;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.HttpAnswer;
import io.howdah.server.http.HttpCaller;
import io.howdah.server.http.ScriptedServer;
import io.howdah.server.http.StatusStream;
import io.howdah.server.http.Statuses;
import io.howdah.server.provision.LocalMachine;
import io.howdah.server.provision.LocalProvisioner;
import io.howdah.server.provision.LocalProvisioner.Machine;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A directory with a configured cluster, nodes made by hand, and an admin to talk to. */
final class AdminFixture implements Closeable {
    static final Secrets SECRETS = new Secrets("peer-secret-x", "postgres-secret-x", "repl-secret-x", "gate-secret-x");
    static final String SCRIPT = "trap 'exit 0' TERM; while :; do sleep 0.05; done";

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final StatusStream.Timing QUICK = new StatusStream.Timing(
            Duration.ofSeconds(1), Duration.ofMillis(400), Duration.ofMillis(5), Duration.ofMillis(20));
    private static final Readiness.Patience SHORT = new Readiness.Patience(
            Duration.ofMillis(300), Duration.ofMillis(1500), Duration.ofMillis(20), Duration.ofSeconds(1));

    final ClusterDirectory directory;
    final HttpCaller http = new HttpCaller(Duration.ofSeconds(2));
    private final Path scratch;
    private final List<Closeable> opened = new ArrayList<>();

    /** Replaced by tests that want writes to fail. */
    volatile WriteCheck writes = (host, port, password, patience) -> {};

    /** Replaced by tests that want processes to do something else than wait. */
    volatile String script = SCRIPT;

    /** Replaced by tests in which time is to pass at their word. */
    volatile Clock clock = Clock.systemUTC();

    AdminFixture(Path scratch) {
        this.scratch = scratch;
        this.directory = new ClusterDirectory(scratch.resolve("cluster"));
    }

    /** Writes a cluster of so many nodes with one gateway, on ports that nobody uses. */
    ClusterConfiguration configure(int nodes) throws IOException {
        Files.createDirectories(directory.root());
        Iterator<Integer> free = ScriptedServer.unusedPorts(2 * nodes + 5);
        List<NodeEntry> entries = new ArrayList<>();
        for (int i = 1; i <= nodes; i++) {
            entries.add(new NodeEntry(new NodeId("node" + i), new Cell("zone" + i), free.next(), free.next()));
        }
        GatewayPorts ports = new GatewayPorts(free.next(), free.next(), free.next(), free.next());
        ClusterConfiguration configuration = new ClusterConfiguration(
                "local",
                Statuses.CLUSTER,
                "127.0.0.1",
                "",
                free.next(),
                entries,
                List.of(new GatewayEntry(new GatewayId("gateway1"), new Cell("zone1"), ports)));
        new ClusterConfigurationFile(directory).create(configuration);
        SECRETS.write(directory.secrets());
        return configuration;
    }

    FakeNode node(ClusterConfiguration configuration, int number) throws IOException {
        NodeEntry entry = configuration.nodes().get(number - 1);
        FakeNode node = new FakeNode(entry.id().value(), entry.apiPort());
        opened.add(node);
        return node;
    }

    Machine machine() throws IOException {
        Machine real = LocalMachine.create(scratch, script);
        // All ports are said to be free: the nodes made by hand listen in this very process.
        return new Machine(
                real.processes(),
                (host, port) -> Optional.empty(),
                real.postgres(),
                real.launcher(),
                real.account(),
                real.random());
    }

    AdminProcess admin() throws IOException {
        return admin(machine());
    }

    AdminProcess admin(Machine machine) throws IOException {
        AdminProcess admin = new AdminProcess(
                directory,
                new AdminProcess.Environment(
                        machine,
                        (host, port, password, patience) -> writes.commit(host, port, password, patience),
                        SHORT,
                        QUICK,
                        clock,
                        ScriptedServer.unusedPort()));
        admin.start();
        opened.add(admin::close);
        return admin;
    }

    Endpoint endpoint(AdminProcess admin) throws IOException {
        return new Endpoint(
                "127.0.0.1",
                admin.port(),
                Files.readString(directory.adminToken()).strip());
    }

    HttpAnswer get(AdminProcess admin, String path) throws IOException {
        return http.get(endpoint(admin), path, LONG);
    }

    HttpAnswer post(AdminProcess admin, String json) throws IOException {
        return http.post(endpoint(admin), "/api/v1/operations", json, LONG);
    }

    ObjectNode status(AdminProcess admin) throws IOException {
        return Json.readObject(get(admin, "/api/v1/status").body());
    }

    /** Starts an operation and waits for its end. */
    ObjectNode run(AdminProcess admin, String json) throws IOException {
        HttpAnswer accepted = post(admin, json);
        if (accepted.status() != 202) {
            throw new AssertionError("not accepted: " + accepted);
        }
        return await(admin, Json.readObject(accepted.body()).path("id").asString(""));
    }

    ObjectNode await(AdminProcess admin, String id) throws IOException {
        long after = 0;
        List<JsonNode> events = new ArrayList<>();
        while (true) {
            ObjectNode operation =
                    Json.readObject(get(admin, "/api/v1/operations/%s?after=%d&wait_ms=5000".formatted(id, after))
                            .body());
            for (JsonNode event : operation.path("events")) {
                events.add(event);
                after = event.path("sequence").asLong(0);
            }
            if (!operation.path("state").asString("").equals("running")) {
                var all = Json.array();
                events.forEach(all::add);
                operation.set("events", all);
                return operation;
            }
        }
    }

    static List<String> messages(ObjectNode operation) {
        List<String> messages = new ArrayList<>();
        for (JsonNode event : operation.path("events")) {
            messages.add(event.path("component").asString("") + ": "
                    + event.path("message").asString(""));
        }
        return messages;
    }

    @Override
    public void close() throws IOException {
        for (Closeable resource : opened.reversed()) {
            resource.close();
        }
        new LocalProvisioner(directory, machine()).stop("", (component, message) -> {});
    }
}
