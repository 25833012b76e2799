package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes another cluster known to the gateways of this one. */
@Command(
        name = "howdah cluster add",
        header = {
            "  howdah cluster add shops --from ../shops/howdah_local",
            "  howdah cluster add shops --from DIR --secrets FILE    its secrets are elsewhere"
        },
        description = "Makes another cluster known, so that databases can be routed there. Its nodes are taken from the"
                + " howdah.yaml in its directory; add it again when they have changed. Its peer_secret and gateway_password"
                + " are taken from a file that only its owner may read, and kept in one of this cluster's.")
final class ClusterAddCommand extends TaskCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "What this cluster will call it.")
    private String name = "";

    @Option(
            names = "--from",
            required = true,
            paramLabel = "DIR",
            description = "That cluster's directory, or one with a copy of its howdah.yaml.")
    private Path from = Path.of("");

    @Option(
            names = "--secrets",
            paramLabel = "FILE",
            description =
                    "A file of mode 0600 with its peer_secret and gateway_password (default: secrets.yaml in DIR).")
    private Optional<Path> secrets = Optional.empty();

    ClusterAddCommand() {
        super("cluster add", Duration.ofMinutes(1));
    }

    @Override
    ExitCode run(AdminTask task) {
        Json.Fields result = task.run(Json.fields(
                "kind", Json.of("cluster-add"),
                "name", Json.of(name),
                "from", Json.of(absolute(from)),
                "secrets", Json.of(secrets.map(ClusterAddCommand::absolute))));
        return task.print(
                result,
                "added %s; '%s' leads clients there".formatted(name, task.suggest("database route NAME --to " + name)));
    }

    private static String absolute(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }
}
