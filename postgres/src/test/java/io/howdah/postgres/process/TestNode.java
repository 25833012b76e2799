package io.howdah.postgres.process;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.replication.BaseBackup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real PostgreSQL in a directory of its own, for tests. Closing it stops the server and removes the directory. */
public final class TestNode implements AutoCloseable {
    public static final String PASSWORD = "a test password: with \\ and '";
    public static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final UnprivilegedUser USER = UnprivilegedUser.detect();
    private static final PostgresBinaries BINARIES = PostgresBinaries.find(
            Optional.ofNullable(System.getProperty("howdah.test.postgres")).map(Path::of));

    private final Path directory;
    private final DataDirectory data;
    private final ServerConfiguration configuration;
    private final PostgresServer server;
    private final List<PostgresClient> clients = new ArrayList<>();
    private Optional<PostgresProcess> process = Optional.empty();

    private TestNode(Map<String, String> overrides) {
        try {
            directory = Files.createTempDirectory(
                    "howdah-test-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            data = new DataDirectory(directory.resolve("pgdata"), USER);
            configuration = new ServerConfiguration(
                    new ServerConfiguration.Settings(
                            directory.resolve("conf"),
                            "127.0.0.1",
                            freePort(),
                            Optional.of(directory),
                            List.of("127.0.0.1"),
                            List.of(),
                            overrides),
                    USER);
            USER.own(directory);
            server = new PostgresServer(BINARIES, USER, data, configuration, directory.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A node without data. */
    public static TestNode empty() {
        return new TestNode(Map.of());
    }

    public static TestNode empty(Map<String, String> overrides) {
        return new TestNode(overrides);
    }

    /** A running standby of itself, straight from initdb. */
    public static TestNode started() {
        return started(Map.of());
    }

    public static TestNode started(Map<String, String> overrides) {
        TestNode node = new TestNode(overrides);
        node.data.initialize(BINARIES, PASSWORD);
        node.start();
        return node;
    }

    /** A running primary on timeline 2. */
    public static TestNode primary() {
        return primary(Map.of());
    }

    public static TestNode primary(Map<String, String> overrides) {
        TestNode node = started(overrides);
        node.control().requireConfirmation(SynchronousStandbys.NOBODY, TIMEOUT);
        node.promote(new TimelineId(2));
        return node;
    }

    /** A clone of this node, streaming from it. */
    public TestNode cloneStreaming(String name) {
        TestNode clone = new TestNode(configuration.settings().overrides());
        clone.cloneFrom(this);
        clone.configuration.write(BINARIES.version());
        clone.follow(this, name);
        clone.start();
        return clone;
    }

    public BaseBackup.Result cloneFrom(TestNode source) {
        return new BaseBackup(source.options().withReplication(), USER).cloneInto(data.path(), (done, total) -> {});
    }

    public void follow(TestNode source, String name) {
        writePassFile();
        Upstream upstream = source.asUpstream(name);
        if (process.filter(PostgresProcess::isAlive).isPresent()) {
            control().follow(upstream);
        } else {
            configuration.writeReplication(configuration.replication().withUpstream(Optional.of(upstream)));
        }
    }

    public void writePassFile() {
        configuration.writePassFile(Map.of("postgres", PASSWORD));
    }

    public Upstream asUpstream(String name) {
        return new Upstream("127.0.0.1", configuration.settings().port(), "postgres", name, Optional.empty());
    }

    public PostgresProcess start() {
        dropClients();
        PostgresProcess started = server.start(TIMEOUT);
        process = Optional.of(started);
        return started;
    }

    private void dropClients() {
        clients.forEach(PostgresClient::close);
        clients.clear();
    }

    public PostgresProcess launch() {
        dropClients();
        PostgresProcess started = server.launch();
        process = Optional.of(started);
        return started;
    }

    public void promote(TimelineId target) {
        data.reserveTimelinesBelow(target, false);
        process().promote(client(), TIMEOUT);
    }

    public ConnectOptions options() {
        return ConnectOptions.of(configuration.endpoint(), "postgres", "postgres", new Credential.Password(PASSWORD));
    }

    public PostgresClient connect() {
        PostgresClient client = PostgresClient.connect(options());
        clients.add(client);
        return client;
    }

    /** A connection that is kept from call to call. */
    public PostgresClient client() {
        return clients.stream().filter(client -> !client.isBroken()).findFirst().orElseGet(this::connect);
    }

    public String value(String sql) {
        return client().query(sql).getFirst().values().getFirst().orElse("");
    }

    public Lsn flushed() {
        return Lsn.parse(value("SELECT pg_current_wal_flush_lsn()"));
    }

    public ReplicationControl control() {
        return new ReplicationControl(process(), data, configuration, client());
    }

    public PostgresProcess process() {
        return process.orElseThrow();
    }

    public Path directory() {
        return directory;
    }

    public DataDirectory data() {
        return data;
    }

    public ServerConfiguration configuration() {
        return configuration;
    }

    public PostgresServer server() {
        return server;
    }

    public static UnprivilegedUser user() {
        return USER;
    }

    public static PostgresBinaries binaries() {
        return BINARIES;
    }

    public String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        clients.forEach(PostgresClient::close);
        process.ifPresent(PostgresProcess::stopImmediately);
        new DataDirectory(directory, USER).delete();
    }
}
