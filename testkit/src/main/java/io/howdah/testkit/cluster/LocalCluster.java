package io.howdah.testkit.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A cluster in a directory of its own, on ports of its own, brought up and taken down by the command line. Kills reach only
 * processes that this cluster's status named.
 */
public final class LocalCluster implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HowdahCommand howdah = HowdahCommand.find();
    private final Path directory;

    private LocalCluster(Path directory) {
        this.directory = directory;
    }

    /** Brings up a new cluster in an empty directory and waits until it is ready. */
    public static LocalCluster up(String... arguments) {
        LocalCluster cluster = none();
        try {
            cluster.upAgain(arguments);
        } catch (AssertionError e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    /** A directory of its own in which there is no cluster yet. */
    public static LocalCluster none() {
        try {
            Path parent = Files.createTempDirectory(
                    "howdah-test-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            return new LocalCluster(parent.resolve("cluster"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path directory() {
        return directory;
    }

    /** Runs {@code up} once more: restarts whatever does not run. */
    public JsonNode upAgain(String... arguments) {
        List<String> all = new ArrayList<>(List.of("up", "-o", "json"));
        all.addAll(List.of(arguments));
        return JSON.readTree(succeed(all).output());
    }

    public JsonNode status() {
        return JSON.readTree(succeed(List.of("status", "-o", "json")).output());
    }

    public CommandResult run(String... arguments) {
        return run(List.of(arguments));
    }

    /** Starts a process of the server by hand and waits for its end: for those that are to be refused. */
    public CommandResult runServer(String... arguments) {
        return howdah.runServer(List.of(arguments));
    }

    /** The URI of an endpoint, password included. */
    public String dsn(String role, String cell) {
        return succeed(List.of("dsn", "--role", role, "--cell", cell, "--password"))
                .output()
                .strip();
    }

    public Optional<String> leader() {
        JsonNode leader = status().path("leader");
        return leader.isString() ? Optional.of(leader.stringValue()) : Optional.empty();
    }

    public JsonNode node(String id) {
        for (JsonNode node : status().path("nodes")) {
            if (node.path("id").stringValue().equals(id)) {
                return node;
            }
        }
        throw new AssertionError("no node " + id);
    }

    public List<String> nodeIds() {
        List<String> ids = new ArrayList<>();
        status().path("nodes").forEach(node -> ids.add(node.path("id").stringValue()));
        return ids;
    }

    /** A JDBC URI straight to a node's PostgreSQL, past all gateways, as the superuser. */
    public String direct(String id) {
        JsonNode node = node(id);
        return JdbcUri.of(dsn("rw", node.path("cell").stringValue()))
                .replaceFirst(":\\d+/", ":" + node.path("port").intValue() + "/");
    }

    /** The same for all nodes, by name. */
    public Map<String, String> directUris() {
        JsonNode nodes = status().path("nodes");
        String any = JdbcUri.of(dsn("rw", nodes.path(0).path("cell").stringValue()));
        Map<String, String> uris = new TreeMap<>();
        nodes.forEach(node -> uris.put(
                node.path("id").stringValue(),
                any.replaceFirst(":\\d+/", ":" + node.path("port").intValue() + "/")));
        return uris;
    }

    /** {@code kill -9} of the node's postmaster only. */
    public void killPostmaster(String id) {
        kill(node(id).path("postgres_pid").longValue());
    }

    /** {@code kill -9} of the node's process and of all its PostgreSQL processes, as when a host loses power. */
    public void killNodeAndPostgres(String id) {
        JsonNode node = node(id);
        ProcessHandle postmaster =
                ProcessHandle.of(node.path("postgres_pid").longValue()).orElseThrow();
        List<ProcessHandle> victims = new ArrayList<>();
        ProcessHandle.of(node.path("pid").longValue()).ifPresent(victims::add);
        victims.add(postmaster);
        victims.addAll(postmaster.descendants().toList());
        victims.forEach(ProcessHandle::destroyForcibly);
    }

    /** Waits until all nodes are serving or streaming voters of one leader. */
    public JsonNode awaitHealthy() {
        return await("all nodes healthy", LocalCluster::isHealthy);
    }

    public JsonNode await(String what, Predicate<? super JsonNode> condition) {
        return Awaitility.await(what)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(this::status, condition);
    }

    public static boolean isHealthy(JsonNode status) {
        for (JsonNode node : status.path("nodes")) {
            String state = node.path("state").stringValue("");
            boolean fine = state.equals("serving") || state.equals("streaming");
            if (!fine || !node.path("voter").booleanValue(false)) {
                return false;
            }
        }
        return status.path("leader").isString();
    }

    @Override
    public void close() {
        run(List.of("down", "--clean", "--yes"));
        try {
            Files.deleteIfExists(directory.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("'down --clean' left something in " + directory.getParent(), e);
        }
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid)
                .orElseThrow(() -> new AssertionError("process " + pid + " does not exist"))
                .destroyForcibly();
    }

    private CommandResult succeed(List<String> arguments) {
        return run(arguments).orThrow("howdah " + String.join(" ", arguments));
    }

    private CommandResult run(List<String> arguments) {
        List<String> all = new ArrayList<>(arguments);
        all.add("--dir");
        all.add(directory.toString());
        return howdah.run(all);
    }
}
