package io.howdah.cli.fake;

import io.howdah.cli.command.CommandContext;
import io.howdah.cli.command.Commands;
import io.howdah.cli.local.AdminProcess;
import io.howdah.cli.local.ProcessIdentity;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the command line in this JVM, in a directory of the test, and keeps what it printed. */
public final class Cli {
    public static final String CONFIGURATION = """
            # by hand
            name: local
            id: 0123456789abcdef
            host: 127.0.0.1
            postgres_binaries: ""
            admin: {port: 7654}
            nodes:
              - {id: node1, cell: zone1, postgres_port: 5441, api_port: %d}
              - {id: node2, cell: zone2, postgres_port: 5442, api_port: %d}
              - {id: node3, cell: zone3, postgres_port: 5443, api_port: %d}
            gateways:
              - {id: gateway1, cell: zone1, auto: 6432, read_write: 6433, read_only: 6434}
              - {id: gateway2, cell: zone2, auto: 6442, read_write: 6443, read_only: 6444}
              - {id: gateway3, cell: zone3, auto: 6452, read_write: 6453, read_only: 6454}
            """;

    private final Path workingDirectory;
    private final Map<String, String> environment = new HashMap<>(Map.of("PATH", System.getenv("PATH")));
    private String input = "";
    private boolean interactive;
    private boolean color;
    private Optional<Path> handover = Optional.empty();
    private String mainClass = "io.howdah.cli.fake.NoSuchServer";

    /** What a run left behind. */
    public record Result(ExitCode exitCode, String out, String err) {}

    public Cli(Path workingDirectory) {
        this.workingDirectory = workingDirectory;
    }

    public Cli variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** A person at a terminal who types this. */
    public Cli typing(String text) {
        input = text;
        interactive = true;
        return this;
    }

    /** Output goes to a terminal with color. */
    public Cli colored() {
        color = true;
        return this;
    }

    public Cli handover(Path file) {
        handover = Optional.of(file);
        return this;
    }

    public Cli server(Class<?> main) {
        mainClass = main.getName();
        return this;
    }

    public Path cluster() {
        return workingDirectory.resolve("howdah_local");
    }

    /** Writes a configured cluster of three whose nodes listen on these ports. */
    public Cli withCluster(int... apiPorts) {
        int[] ports = apiPorts.length == 0 ? new int[] {1, 1, 1} : apiPorts;
        try {
            Files.createDirectories(cluster().resolve("run"));
            Files.createDirectories(cluster().resolve("logs"));
            Files.writeString(cluster().resolve("howdah.yaml"), CONFIGURATION.formatted(ports[0], ports[1], ports[2]));
            Files.writeString(
                    cluster().resolve("secrets.yaml"), "peer_secret: peer-secret\npostgres_password: \"pass word\"\n");
            Files.writeString(cluster().resolve("admin.token"), "the-token\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Lets the server, which lives in this JVM, pass as the admin process. */
    public Cli withAdmin(FakeServer server) {
        server.on("GET /api/v1/live", "{}");
        ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
        return withAdminFile("{\"url\":\"%s\",\"pid\":%d,\"start_ticks\":%d}"
                .formatted(server.uri(), self.pid(), self.startTicks()));
    }

    public Cli withAdminFile(String content) {
        try {
            Files.createDirectories(cluster().resolve("run"));
            Files.writeString(cluster().resolve("run").resolve("admin.json"), content);
            Files.writeString(cluster().resolve("admin.token"), "the-token\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    public Result run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new StringReader(input),
                new Terminal.Features(interactive, color, color, 100, color));
        CommandContext context = new CommandContext(
                terminal,
                InstantSource.system(),
                environment,
                workingDirectory,
                "./howdah",
                "1.2.3",
                new AdminProcess.Launch(
                        Path.of(System.getProperty("java.home")),
                        Optional.empty(),
                        mainClass,
                        environment.getOrDefault("PATH", "")),
                handover);
        ExitCode exitCode = Commands.run(List.of(arguments), context);
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
