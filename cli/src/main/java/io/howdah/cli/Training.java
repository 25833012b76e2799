package io.howdah.cli;

import io.howdah.cli.command.CommandContext;
import io.howdah.cli.command.Commands;
import io.howdah.cli.local.AdminProcess;
import io.howdah.cli.local.ProcessIdentity;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs the common commands once, against a stub of the Admin API, so that the start-up cache learns which classes they
 * use. Part of the build; prints nothing.
 */
final class Training {
    private static final String STATUS = """
            {"cluster":"local","cluster_id":"0123456789abcdef","term":1,"leader":"node1","problems":["none, really"],
             "nodes":[{"id":"node1","cell":"zone1","role":"primary","state":"serving","reason":"","pid":1,
             "postgres_pid":2,"host":"127.0.0.1","port":5441,"api_port":5451,"data_dir":"/d","timeline":1,
             "lsn":"0/5000060","lag_bytes":0,"voter":true},
             {"id":"node2","cell":"zone2","role":"standby","state":"streaming","reason":"","pid":1,
             "postgres_pid":2,"host":"127.0.0.1","port":5442,"api_port":5452,"data_dir":"/d","timeline":1,
             "lsn":"0/5000060","lag_bytes":1600,"voter":false}],
             "gateways":[{"id":"gateway1","cell":"zone1","pid":3,"host":"127.0.0.1",
             "ports":{"auto":6432,"read_write":6433,"read_only":6434}}],
             "admin":{"url":"http://127.0.0.1:7654","pid":4},"failover":true}""";
    private static final String CONFIGURATION = """
            name: local
            id: 0123456789abcdef
            host: 127.0.0.1
            admin: {port: 7654}
            nodes:
              - {id: node1, cell: zone1, postgres_port: 5441, api_port: 1}
            gateways:
              - {id: gateway1, cell: zone1, auto: 6432, read_write: 6433, read_only: 6434}
            """;

    private Training() {}

    static ExitCode run() {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> serve(server));
            Path directory = Files.createTempDirectory("howdah-training");
            try {
                train(directory, server.getLocalPort());
            } finally {
                remove(directory);
            }
            return ExitCode.OK;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void train(Path root, int port) throws IOException {
        Path run = Files.createDirectories(root.resolve("howdah_local").resolve("run"));
        Path cluster = run.resolveSibling("howdah.yaml");
        Files.writeString(cluster, CONFIGURATION);
        Files.writeString(run.resolveSibling("secrets.yaml"), "peer_secret: a\npostgres_password: b\n");
        Files.writeString(run.resolveSibling("admin.token"), "token\n");
        CommandContext context = context(root);
        // First without admin, then with it.
        runAll(context, List.of("status -o json", "dsn --password", "psql", "version"));
        long pid = ProcessHandle.current().pid();
        long ticks = ProcessIdentity.of(pid).map(ProcessIdentity::startTicks).orElse(0L);
        Files.writeString(
                run.resolve("admin.json"),
                "{\"url\":\"http://127.0.0.1:%d\",\"pid\":%d,\"start_ticks\":%d}".formatted(port, pid, ticks));
        runAll(
                context,
                List.of("status", "status -o json", "help", "status --help", "up --help", "down --help", "sttus"));
    }

    private static void runAll(CommandContext context, List<String> lines) {
        for (String line : lines) {
            Commands.run(List.of(line.split(" ")), context);
        }
    }

    private static CommandContext context(Path root) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Terminal.Features features = new Terminal.Features(false, true, true, 100, true);
        return new CommandContext(
                new Terminal(nowhere, nowhere, Reader.nullReader(), features),
                InstantSource.system(),
                Map.of(),
                root,
                "howdah",
                "training",
                new AdminProcess.Launch(Path.of("/"), Optional.empty(), "none", ""),
                Optional.of(root.resolve("handover")));
    }

    /** Answers every request with the status document. */
    private static void serve(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept();
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
                String line = in.readLine();
                while (line != null && !line.isEmpty()) {
                    line = in.readLine();
                }
                String head = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(STATUS.length());
                socket.getOutputStream().write((head + STATUS).getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // The end of the training closes the socket under us.
                return;
            }
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
