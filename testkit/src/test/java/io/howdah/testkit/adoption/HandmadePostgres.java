package io.howdah.testkit.adoption;

import io.howdah.postgres.process.PostgresBinaries;
import io.howdah.postgres.process.UnprivilegedUser;
import io.howdah.testkit.fault.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A PostgreSQL as a person makes one, by initdb, an editor and pg_ctl; it knows nothing of Howdah. */
final class HandmadePostgres implements AutoCloseable {
    private static final UnprivilegedUser USER = UnprivilegedUser.detect();
    private static final PostgresBinaries BINARIES = PostgresBinaries.find(Optional.empty());

    private final Path directory;
    private final int port;

    private HandmadePostgres() throws IOException {
        this.directory = Files.createTempDirectory(
                "handmade-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        USER.own(directory);
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = socket.getLocalPort();
        }
    }

    /** An instance with these lines in its postgresql.conf, running. */
    static HandmadePostgres primary(String... settings) throws IOException {
        HandmadePostgres made = new HandmadePostgres();
        run("initdb", "-D", made.data().toString(), "-U", "postgres", "-A", "trust", "--no-sync");
        made.configure(settings);
        made.start();
        return made;
    }

    /** A copy of a server, made by pg_basebackup, that streams from it. */
    static HandmadePostgres standbyOf(int port, String user, String password, String... settings) throws IOException {
        HandmadePostgres made = new HandmadePostgres();
        String source = "host=127.0.0.1 port=%d user=%s password=%s".formatted(port, user, password);
        run(
                "pg_basebackup",
                "-D",
                made.data().toString(),
                "-R",
                "-X",
                "stream",
                "-c",
                "fast",
                "-d",
                source,
                "--no-sync");
        Files.writeString(made.data().resolve("pg_hba.conf"), "local all all trust\nhost all all 127.0.0.1/32 trust\n");
        made.configure(settings);
        made.start();
        return made;
    }

    Path data() {
        return directory.resolve("data");
    }

    /** Makes the user that servers run as the owner of a directory. */
    static void giveToServer(Path path) throws IOException {
        USER.own(path);
    }

    void start() {
        run(
                "pg_ctl",
                "start",
                "-w",
                "-D",
                data().toString(),
                "-l",
                directory.resolve("log").toString());
    }

    private void configure(String... settings) throws IOException {
        List<String> lines = new ArrayList<>(Arrays.asList(settings));
        lines.add("port = " + port);
        lines.add("listen_addresses = '127.0.0.1'");
        lines.add("unix_socket_directories = '%s'".formatted(directory));
        lines.add("fsync = off");
        Files.writeString(
                data().resolve("postgresql.conf"),
                Files.readString(data().resolve("postgresql.conf")) + String.join("\n", lines) + "\n");
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    String ask(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres".formatted(port));
    }

    private static void run(String program, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(BINARIES.directory().resolve(program).toString()));
        command.addAll(Arrays.asList(arguments));
        try {
            Path output = Files.createTempFile("handmade-", ".out");
            Process process = new ProcessBuilder(USER.wrap(command))
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            int code = process.waitFor();
            String words = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(output);
            if (code != 0) {
                throw new AssertionError("%s: %s".formatted(command, words));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        Path pidFile = data().resolve("postmaster.pid");
        if (Files.exists(pidFile)) {
            Processes.killTree(
                    Long.parseLong(Files.readAllLines(pidFile).getFirst().strip()));
        }
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
