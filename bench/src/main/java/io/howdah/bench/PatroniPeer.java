package io.howdah.bench;

import io.howdah.testkit.cluster.JdbcUri;
import io.howdah.testkit.fault.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The peer of {@code howdah up}: etcd, three Patroni nodes and HAProxy from the distribution's packages, configured and started
 * by a script as its documentation shows, in synchronous mode.
 */
final class PatroniPeer implements Contender {
    private static final int NODES = 3;
    private static final String PASSWORD = "bench";

    private final Path directory;
    private final PatroniTimers timers;
    private final List<Process> processes = new ArrayList<>();
    private final Map<String, Process> nodes = new TreeMap<>();
    private final List<Integer> postgresPorts = new ArrayList<>();
    private PatroniApi api = new PatroniApi(List.of());
    private int proxyPort;

    PatroniPeer(PatroniTimers timers) throws IOException {
        this.timers = timers;
        directory = Files.createTempDirectory(
                "patroni-bench-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }

    static boolean isInstalled() {
        return Stream.of("/usr/bin/patroni", "/usr/bin/etcd", "/usr/sbin/haproxy")
                .allMatch(program -> Files.isExecutable(Path.of(program)));
    }

    /** Started, and through its first write. */
    static PatroniPeer started(PatroniTimers timers) throws IOException, InterruptedException {
        PatroniPeer peer = new PatroniPeer(timers);
        try {
            peer.start();
            peer.awaitWrite();
            return peer;
        } catch (IOException | InterruptedException | RuntimeException e) {
            peer.close();
            throw e;
        }
    }

    void start() throws IOException {
        int client = freePort();
        int peer = freePort();
        launch(
                "etcd",
                List.of(
                        "etcd",
                        "--data-dir",
                        directory.resolve("etcd").toString(),
                        "--listen-client-urls",
                        "http://127.0.0.1:" + client,
                        "--advertise-client-urls",
                        "http://127.0.0.1:" + client,
                        "--listen-peer-urls",
                        "http://127.0.0.1:" + peer,
                        "--initial-advertise-peer-urls",
                        "http://127.0.0.1:" + peer,
                        "--initial-cluster",
                        "default=http://127.0.0.1:" + peer));
        List<Integer> apiPorts = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            apiPorts.add(freePort());
            postgresPorts.add(freePort());
        }
        proxyPort = freePort();
        api = new PatroniApi(apiPorts);
        PatroniFiles files = new PatroniFiles(timers, PASSWORD, client, apiPorts, postgresPorts);
        Path proxy = directory.resolve("haproxy.cfg");
        Files.writeString(proxy, files.proxy(proxyPort));
        for (int i = 0; i < NODES; i++) {
            writeNode(files, i);
            startNode("node" + i);
        }
        launch("haproxy", List.of("/usr/sbin/haproxy", "-f", proxy.toString(), "-db"));
    }

    /** Waits for the first committed write through HAProxy. */
    void awaitWrite() throws InterruptedException {
        String uri = "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres&password=%s&connectTimeout=1"
                .formatted(proxyPort, PASSWORD);
        while (true) {
            try (Connection connection = DriverManager.getConnection(uri);
                    Statement statement = connection.createStatement()) {
                statement.execute("create table if not exists first_write as select 1");
                return;
            } catch (SQLException e) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    @Override
    public String name() {
        return "Patroni, " + timers.name();
    }

    @Override
    public Duration beat() {
        return timers.beat();
    }

    @Override
    public Optional<String> obstacle(Fault fault) {
        return switch (fault) {
            case POSTMASTER_KILLED, NODE_AND_POSTGRES_KILLED, NODE_AND_POSTGRES_FROZEN, SWITCHOVER -> Optional.empty();
            case UNREACHABLE, DIVERGED -> Optional.of("only prepared for Howdah");
        };
    }

    /** Waits until one node is leader, two stream, and one of them is synchronous. */
    @Override
    public void awaitHealthy() {
        Awaitility.await("Patroni is well")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> api.isHealthy(NODES));
    }

    @Override
    public String leader() {
        return api.member("leader").path("name").stringValue();
    }

    @Override
    public String writeUri(String leader) {
        return "postgresql://postgres:%s@127.0.0.1:%d/postgres".formatted(PASSWORD, proxyPort);
    }

    @Override
    public long promotions() {
        return api.member("leader").path("timeline").longValue();
    }

    @Override
    public void inflict(Fault fault, String leader) {
        switch (fault) {
            // With its children: under Patroni idle ones outlive a killed postmaster and keep it from starting again.
            case POSTMASTER_KILLED -> Processes.killTree(postmaster(leader));
            case NODE_AND_POSTGRES_KILLED -> processesOf(leader).forEach(Processes::killTree);
            case NODE_AND_POSTGRES_FROZEN -> processesOf(leader).forEach(Processes::freezeTree);
            case SWITCHOVER -> api.switchOver(leader);
            case UNREACHABLE, DIVERGED -> throw notPrepared(fault);
        }
    }

    @Override
    public void heal(Fault fault, String leader) {
        switch (fault) {
            case NODE_AND_POSTGRES_KILLED -> startNode(leader);
            case NODE_AND_POSTGRES_FROZEN -> processesOf(leader).forEach(Processes::thawTree);
            case POSTMASTER_KILLED, SWITCHOVER -> {}
            case UNREACHABLE, DIVERGED -> throw notPrepared(fault);
        }
    }

    private static IllegalArgumentException notPrepared(Fault fault) {
        return new IllegalArgumentException(fault.words() + " is not prepared for Patroni");
    }

    @Override
    public Map<String, String> directUris() {
        Map<String, String> uris = new TreeMap<>();
        for (int i = 0; i < postgresPorts.size(); i++) {
            uris.put(
                    "node" + i,
                    JdbcUri.of("postgresql://postgres:%s@127.0.0.1:%d/postgres"
                            .formatted(PASSWORD, postgresPorts.get(i))));
        }
        return uris;
    }

    private List<Long> processesOf(String node) {
        return List.of(Objects.requireNonNull(nodes.get(node)).pid(), postmaster(node));
    }

    private long postmaster(String node) {
        try {
            Path file = directory.resolve(node).resolve("data/postmaster.pid");
            return Long.parseLong(Files.readAllLines(file).getFirst());
        } catch (IOException e) {
            throw new UncheckedIOException("no postmaster of " + node, e);
        }
    }

    @Override
    public void close() {
        List<Long> postmasters = new ArrayList<>();
        for (String node : nodes.keySet()) {
            if (Files.exists(directory.resolve(node).resolve("data/postmaster.pid"))) {
                postmasters.add(postmaster(node));
            }
        }
        for (Process process : processes.reversed()) {
            process.destroy();
        }
        for (Process process : processes) {
            process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).join();
            process.destroyForcibly().onExit().join();
        }
        // Patroni's PostgreSQL is no child of it, and outlives one that was killed.
        postmasters.forEach(Processes::killTree);
        removeDirectory();
    }

    private void removeDirectory() {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory, e);
        }
    }

    private void writeNode(PatroniFiles files, int index) throws IOException {
        Path home = Files.createDirectory(directory.resolve("node" + index));
        Files.writeString(directory.resolve("node" + index + ".yml"), files.node(index, home));
        if (isRoot()) {
            new ProcessBuilder("chown", "postgres:", home.toString())
                    .start()
                    .onExit()
                    .join();
        }
    }

    private void startNode(String node) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        }
        command.addAll(
                List.of("/usr/bin/patroni", directory.resolve(node + ".yml").toString()));
        nodes.put(node, launch(node, command));
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private Process launch(String name, List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve(name + ".log").toFile()))
                    .directory(directory.toFile())
                    .start();
            processes.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
