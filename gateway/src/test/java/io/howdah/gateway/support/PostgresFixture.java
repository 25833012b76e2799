package io.howdah.gateway.support;

import io.howdah.gateway.route.Backend;
import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Three throwaway servers of one origin, so that all have the same roles and verifiers: {@link #first} and {@link #second} take writes
 * (each its own), {@link #standby} follows the first. Started once for all tests.
 */
public final class PostgresFixture implements AutoCloseable {
    public static final String USER = "app";
    public static final String PASSWORD = "app password";
    public static final String DATABASE = "postgres";

    private final Path directory;
    private final Path binaries;
    private final List<Server> servers = new ArrayList<>();

    public PostgresFixture() {
        try {
            binaries = findBinaries();
            directory = Files.createTempDirectory("howdah-gateway-test");
            run("chown", "postgres", directory.toString());
            run("chmod", "711", directory.toString());
            create();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void create() throws IOException {
        Path origin = directory.resolve("origin");
        asPostgres(
                "initdb",
                "-D",
                origin.toString(),
                "-U",
                "postgres",
                "-A",
                "trust",
                "--no-sync",
                "-E",
                "UTF8",
                "--locale=C");
        Files.writeString(origin.resolve("pg_hba.conf"), """
                local all all trust
                host all postgres 127.0.0.1/32 trust
                host replication postgres 127.0.0.1/32 trust
                host all old_client 127.0.0.1/32 md5
                host all all 127.0.0.1/32 scram-sha-256
                """);
        Files.writeString(origin.resolve("postgresql.auto.conf"), """
                listen_addresses = '127.0.0.1'
                unix_socket_directories = ''
                fsync = off
                shared_buffers = '16MB'
                max_connections = 60
                max_prepared_transactions = 5
                password_encryption = 'scram-sha-256'
                wal_level = replica
                """);
        Server first = new Server("node1", origin, freePort());
        first.start();
        servers.add(first);
        first.sql("CREATE ROLE app LOGIN PASSWORD 'app password'");
        first.sql("CREATE ROLE other NOLOGIN");
        first.sql("GRANT other TO app");
        first.sql("CREATE ROLE no_password LOGIN");
        first.sql("CREATE ROLE howdah_gateway LOGIN PASSWORD 'gateway password'");
        first.sql("CREATE SCHEMA howdah");
        first.sql("GRANT USAGE ON SCHEMA howdah TO howdah_gateway");
        first.sql("CREATE FUNCTION howdah.role_verifier(name text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER"
                + " SET search_path = pg_catalog, pg_temp AS"
                + " 'SELECT rolpassword FROM pg_authid WHERE rolname = name AND rolcanlogin"
                + " AND (rolvaliduntil IS NULL OR rolvaliduntil > now())'");
        first.sql("SET password_encryption = md5; CREATE ROLE old_client LOGIN PASSWORD 'old password'");
        first.sql("CREATE ROLE expired LOGIN PASSWORD 'app password' VALID UNTIL '2001-01-01'");
        first.sql("REVOKE ALL ON FUNCTION howdah.role_verifier(text) FROM PUBLIC");
        first.sql("GRANT EXECUTE ON FUNCTION howdah.role_verifier(text) TO howdah_gateway");
        first.sql("GRANT ALL ON SCHEMA public TO PUBLIC");
        first.sql("CREATE TABLE numbers AS SELECT i AS id, 'text ' || i AS words FROM generate_series(1, 2000) i");
        first.sql("GRANT SELECT ON numbers TO PUBLIC");
        first.stop();
        Path other = directory.resolve("other");
        asPostgres("cp", "-r", origin.toString(), other.toString());
        first.start();
        Server second = new Server("node2", other, freePort());
        second.start();
        servers.add(second);
        Path copy = directory.resolve("copy");
        asPostgres(
                "pg_basebackup",
                "-D",
                copy.toString(),
                "-h",
                "127.0.0.1",
                "-p",
                "" + first.port,
                "-U",
                "postgres",
                "-R",
                "-c",
                "fast",
                "--no-sync");
        Server standby = new Server("node3", copy, freePort());
        standby.start();
        servers.add(standby);
    }

    public Server first() {
        return servers.get(0);
    }

    public Server second() {
        return servers.get(1);
    }

    public Server standby() {
        return servers.get(2);
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        servers.forEach(Server::stop);
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted((left, right) -> right.compareTo(left))
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path findBinaries() throws IOException {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .max(Path::compareTo)
                    .orElseThrow(() -> new IllegalStateException("install PostgreSQL: the gateway's tests need it"));
        }
    }

    private List<String> command(String... words) {
        List<String> all = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            all.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        Path binary = binaries.resolve(words[0]);
        all.add(Files.exists(binary) ? binary.toString() : words[0]);
        all.addAll(List.of(words).subList(1, words.length));
        return all;
    }

    private void asPostgres(String... words) {
        run(command(words).toArray(String[]::new));
    }

    private static void run(String... words) {
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .directory(Path.of("/").toFile())
                    .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", words) + " failed: " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** One PostgreSQL server. */
    public final class Server {
        private final String name;
        private final Path data;
        private final int port;
        private Optional<Process> process = Optional.empty();

        private Server(String name, Path data, int port) {
            this.name = name;
            this.data = data;
            this.port = port;
        }

        public int port() {
            return port;
        }

        public Backend backend() {
            return new Backend("home", new NodeId(name), new Cell("zone1"), "127.0.0.1", port);
        }

        public Backend backendIn(String cell) {
            return new Backend("home", new NodeId(name), new Cell(cell), "127.0.0.1", port);
        }

        public void start() {
            try {
                process = Optional.of(new ProcessBuilder(command("postgres", "-D", data.toString(), "-p", "" + port))
                        .redirectErrorStream(true)
                        .directory(Path.of("/").toFile())
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                directory.resolve(name + ".log").toFile()))
                        .start());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (true) {
                try (Connection _ = admin()) {
                    return;
                } catch (SQLException e) {
                    if (System.nanoTime() > deadline) {
                        throw new IllegalStateException(name + " does not start", e);
                    }
                    java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
                }
            }
        }

        /** A fast stop: sessions are ended. */
        public void stop() {
            process.ifPresent(running -> {
                asPostgres("pg_ctl", "stop", "-D", data.toString(), "-m", "fast", "-w");
                try {
                    running.waitFor();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            process = Optional.empty();
        }

        public Connection admin() throws SQLException {
            return connect("postgres", "");
        }

        /** To another database than the usual one. */
        public Connection admin(String database) throws SQLException {
            return connect("postgres", "", database);
        }

        public Connection connect(String user, String password) throws SQLException {
            return connect(user, password, DATABASE);
        }

        private Connection connect(String user, String password, String database) throws SQLException {
            Properties properties = new Properties();
            properties.putAll(Map.of("user", user, "password", password));
            return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, properties);
        }

        public void sql(String sql) {
            try (Connection connection = admin();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(sql, e);
            }
        }

        /** Ends the server processes of a user's sessions and says how many there were. */
        public int killBackends(String user) {
            return count(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '" + user + "'");
        }

        /** The number that a query returns. */
        public int count(String sql) {
            try (Connection connection = admin();
                    Statement statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getInt(1);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
