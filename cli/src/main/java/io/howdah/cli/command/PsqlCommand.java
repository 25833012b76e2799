package io.howdah.cli.command;

import io.howdah.cli.command.Endpoints.Endpoint;
import io.howdah.cli.command.Endpoints.Purpose;
import io.howdah.cli.local.ClusterConfiguration;
import io.howdah.cli.local.ClusterDirectory;
import io.howdah.cli.local.OwnerOnlyFile;
import io.howdah.cli.local.Programs;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Becomes psql. Address, user and database are given by environment variables (PostgreSQL manual, 34.15), so that the
 * user's own arguments win; the password lies in a file that only the owner can read. The launcher replaces itself by
 * psql, so signals and the exit code need no help from us.
 */
@Command(
        name = "howdah psql",
        header = {
            "  howdah psql                               through the first gateway",
            "  howdah psql --role ro                     on a standby",
            "  howdah psql -- -Atc \"select now()\"        arguments for psql go behind '--'"
        },
        customSynopsis = "howdah psql [OPTIONS] [-- PSQL ARGUMENTS]",
        description = "Runs psql as user postgres on database postgres.",
        parameterListHeading = "%n")
final class PsqlCommand extends HowdahCommand {
    @Option(
            names = {"-r", "--role"},
            paramLabel = "ROLE",
            description = "auto, rw (the leader) or ro (a standby); default: auto.")
    private Purpose purpose = Purpose.AUTO;

    @Option(names = "--node", paramLabel = "NODE", description = "Directly on this node, past the gateways.")
    private @Nullable String node;

    @Option(
            names = "--cell",
            paramLabel = "CELL",
            description = "Through the gateway of this cell (default: the first).")
    private @Nullable String cell;

    @Parameters(paramLabel = "ARGUMENT", description = "Arguments for psql.", hidden = true)
    private List<String> arguments = new ArrayList<>();

    @Override
    ExitCode run(CommandContext context) {
        ClusterDirectory directory = common().existingCluster(context);
        ClusterConfiguration configuration = directory.configuration();
        Endpoints endpoints = new Endpoints(configuration);
        Endpoint endpoint = node == null ? endpoints.gateway(purpose, Optional.ofNullable(cell)) : endpoints.node(node);
        Path psql = find(configuration, context.environment().getOrDefault("PATH", ""));
        Path passwordFile = directory.run().resolve("pgpass");
        OwnerOnlyFile.write(
                passwordFile,
                "%s:*:*:%s:%s\n".formatted(endpoint.host(), Endpoints.USER, directory.secret("postgres_password")));
        Program program = new Program(psql, arguments, variables(endpoint, passwordFile));
        return program.become(context);
    }

    private static Map<String, String> variables(Endpoint endpoint, Path passwordFile) {
        Map<String, String> variables = new TreeMap<>();
        variables.put("PGHOST", endpoint.host());
        variables.put("PGPORT", Integer.toString(endpoint.port()));
        variables.put("PGUSER", Endpoints.USER);
        variables.put("PGDATABASE", Endpoints.DATABASE);
        variables.put("PGPASSFILE", passwordFile.toString());
        return variables;
    }

    /** PATH first, then the directory in the configuration, then where distributions keep the newest. */
    private static Path find(ClusterConfiguration configuration, String path) {
        return Programs.find("psql", path)
                .or(() -> Programs.find("psql", configuration.postgresBinaries()))
                .or(PsqlCommand::findInDistribution)
                .orElseThrow(() -> new CliException(
                        ExitCode.FAILED,
                        "psql is not installed",
                        "it was not found on PATH, in the PostgreSQL directory, nor in /usr/lib/postgresql",
                        "Debian, Ubuntu:  sudo apt-get install postgresql-client",
                        "Fedora, RHEL:    sudo dnf install postgresql",
                        "macOS:           brew install libpq"));
    }

    private static Optional<Path> findInDistribution() {
        List<Path> roots =
                List.of(Path.of("/usr/lib/postgresql"), Path.of("/opt/homebrew/opt"), Path.of("/usr/local/opt"));
        return roots.stream()
                .filter(Files::isDirectory)
                .flatMap(PsqlCommand::children)
                .map(directory -> directory.resolve("bin").resolve("psql"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Stream<Path> children(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.sorted(Comparator.reverseOrder()).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
