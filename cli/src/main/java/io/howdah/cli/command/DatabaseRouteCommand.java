package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Leads the clients of a database to another cluster. */
@Command(
        name = "howdah database route",
        header = {
            "  howdah database route shop --to shops            to the database shop of cluster shops",
            "  howdah database route shop --to shops/shop_v2    it has another name there"
        },
        description = "Leads clients that name this database to another cluster. Those who are connected wait until no"
                + " transaction is under way on any gateway, and go on there without an error. No data is copied.")
final class DatabaseRouteCommand extends TaskCommand {
    @Parameters(index = "0", paramLabel = "DATABASE", description = "The name that clients use.")
    private String database = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "CLUSTER[/NAME]",
            description = "As 'howdah cluster list' names it, and what the database is called there.")
    private String place = "";

    DatabaseRouteCommand() {
        super("database route", Duration.ofMinutes(1));
    }

    @Override
    ExitCode run(AdminTask task) {
        int slash = place.indexOf('/');
        String cluster = slash < 0 ? place : place.substring(0, slash);
        String there = slash < 0 ? database : place.substring(slash + 1);
        Json.Fields result = task.run(Json.fields(
                "kind", Json.of("database-route"),
                "database", Json.of(database),
                "cluster", Json.of(cluster),
                "name_there", Json.of(there)));
        return task.print(result, sentence(result));
    }

    static String sentence(Json.Fields result) {
        String name = result.shown("database");
        String there = result.shown("name_there");
        return "%s is in cluster %s%s; its clients were held for at most %s ms"
                .formatted(
                        name,
                        result.shown("cluster"),
                        there.equals(name) ? "" : " under the name " + there,
                        result.shown("paused_ms"));
    }
}
