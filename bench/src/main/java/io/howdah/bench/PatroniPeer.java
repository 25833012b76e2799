package io.howdah.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The peer of {@code howdah up}: etcd, three Patroni nodes and HAProxy from the distribution's packages, configured and started
 * by a script as its documentation shows, with Patroni's default timers and synchronous mode.
 */
final class PatroniPeer implements AutoCloseable {
    private static final String PASSWORD = "bench";

    private final Path directory;
    private final List<Process> processes = new ArrayList<>();
    private final List<Integer> apiPorts = new ArrayList<>();
    private final List<Integer> postgresPorts = new ArrayList<>();
    private int proxyPort;

    PatroniPeer() throws IOException {
        directory = Files.createTempDirectory(
                "patroni-bench-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }

    static boolean isInstalled() {
        return Stream.of("/usr/bin/patroni", "/usr/bin/etcd", "/usr/sbin/haproxy")
                .allMatch(program -> Files.isExecutable(Path.of(program)));
    }

    void start() throws IOException, InterruptedException {
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
        for (int i = 0; i < 3; i++) {
            apiPorts.add(freePort());
            postgresPorts.add(freePort());
        }
        proxyPort = freePort();
        Path proxy = directory.resolve("haproxy.cfg");
        Files.writeString(proxy, proxyConfiguration());
        for (int i = 0; i < 3; i++) {
            startNode(i, client);
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

    /** Waits until one node is leader, two stream, and one of them is synchronous. */
    void awaitHealthy() throws InterruptedException {
        while (!isHealthy()) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @Override
    public void close() throws IOException {
        for (Process process : processes.reversed()) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        for (Process process : processes) {
            process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).join();
            if (process.isAlive()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().onExit().join();
            }
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private boolean isHealthy() {
        String cluster = get(apiPorts.getFirst());
        int leaders = count(cluster, "\"role\": \"leader\"");
        int synchronous = count(cluster, "\"role\": \"sync_standby\"");
        int running = count(cluster, "\"state\": \"running\"") + count(cluster, "\"state\": \"streaming\"");
        return leaders == 1 && synchronous == 1 && running == 3;
    }

    private static int count(String text, String what) {
        return (text.length() - text.replace(what, "").length()) / what.length();
    }

    private static String get(int port) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + "/cluster").toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(1000);
            try (InputStream body = connection.getInputStream()) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            return "";
        }
    }

    private void startNode(int index, int etcdPort) throws IOException {
        Path home = Files.createDirectory(directory.resolve("node" + index));
        Path file = directory.resolve("node" + index + ".yml");
        Files.writeString(file, nodeConfiguration(index, etcdPort, home));
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            new ProcessBuilder("chown", "postgres:", home.toString())
                    .start()
                    .onExit()
                    .join();
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        }
        command.addAll(List.of("/usr/bin/patroni", file.toString()));
        launch("node" + index, command);
    }

    private void launch(String name, List<String> command) throws IOException {
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile())
                .directory(directory.toFile())
                .start());
    }

    private String nodeConfiguration(int index, int etcdPort, Path home) {
        return """
                scope: bench
                name: node%1$d
                restapi: {listen: '127.0.0.1:%2$d', connect_address: '127.0.0.1:%2$d'}
                etcd3: {host: '127.0.0.1:%3$d'}
                bootstrap:
                  dcs:
                    ttl: 30
                    loop_wait: 10
                    retry_timeout: 10
                    synchronous_mode: true
                    postgresql: {use_pg_rewind: true, parameters: {max_connections: 200}}
                  initdb: [{encoding: UTF8}, data-checksums]
                postgresql:
                  listen: 127.0.0.1:%4$d
                  connect_address: 127.0.0.1:%4$d
                  data_dir: %5$s/data
                  bin_dir: /usr/lib/postgresql/15/bin
                  pgpass: %5$s/pgpass
                  authentication:
                    superuser: {username: postgres, password: %6$s}
                    replication: {username: replicator, password: %6$s}
                    rewind: {username: rewind, password: %6$s}
                  parameters: {unix_socket_directories: '%5$s'}
                  pg_hba: ['local all all scram-sha-256', 'host all all 127.0.0.1/32 scram-sha-256', 'host replication all 127.0.0.1/32 scram-sha-256']
                """.formatted(index, apiPorts.get(index), etcdPort, postgresPorts.get(index), home, PASSWORD);
    }

    private String proxyConfiguration() {
        StringBuilder text = new StringBuilder("""
                global
                    maxconn 100
                defaults
                    mode tcp
                    retries 2
                    timeout client 30m
                    timeout connect 4s
                    timeout server 30m
                    timeout check 5s
                listen primary
                    bind 127.0.0.1:%d
                    option httpchk OPTIONS /primary
                    http-check expect status 200
                    default-server inter 3s fall 3 rise 2 on-marked-down shutdown-sessions
                """.formatted(proxyPort));
        for (int i = 0; i < 3; i++) {
            text.append("    server node%d 127.0.0.1:%d maxconn 100 check port %d%n"
                    .formatted(i, postgresPorts.get(i), apiPorts.get(i)));
        }
        return text.toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
