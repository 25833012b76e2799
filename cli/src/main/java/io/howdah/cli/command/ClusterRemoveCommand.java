package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Has the gateways of this cluster forget another one. */
@Command(
        name = "howdah cluster remove",
        header = "  howdah cluster remove shops",
        description =
                "Forgets another cluster and what is kept of its secrets. Refused while databases are routed there;"
                        + " nothing happens to that cluster.")
final class ClusterRemoveCommand extends TaskCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "Which one, as 'howdah cluster list' names it.")
    private String name = "";

    ClusterRemoveCommand() {
        super("cluster remove", Duration.ofMinutes(1));
    }

    @Override
    ExitCode run(AdminTask task) {
        Json.Fields result = task.run(Json.fields("kind", Json.of("cluster-remove"), "name", Json.of(name)));
        return task.print(result, "removed " + name);
    }
}
