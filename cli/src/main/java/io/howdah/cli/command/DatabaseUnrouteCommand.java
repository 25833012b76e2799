package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Leads the clients of a database to this cluster again. */
@Command(
        name = "howdah database unroute",
        header = "  howdah database unroute shop    it is in this cluster from now on",
        description =
                "Leads clients that name this database to this cluster, under that name, as all that are not routed."
                        + " No data is copied.")
final class DatabaseUnrouteCommand extends TaskCommand {
    @Parameters(index = "0", paramLabel = "DATABASE", description = "The name that clients use.")
    private String database = "";

    DatabaseUnrouteCommand() {
        super("database unroute", Duration.ofMinutes(1));
    }

    @Override
    ExitCode run(AdminTask task) {
        Json.Fields result = task.run(Json.fields("kind", Json.of("database-unroute"), "database", Json.of(database)));
        return task.print(result, DatabaseRouteCommand.sentence(result));
    }
}
