package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Table;
import io.howdah.cli.text.Table.Cell;
import io.howdah.cli.text.Terminal;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows which databases are in other clusters. */
@Command(
        name = "howdah database list",
        header = {
            "  howdah database list            which databases are elsewhere, or have another name",
            "  howdah database list -o json    for scripts"
        },
        description =
                "Shows the databases whose clients are led to another cluster or to another name. All others are in"
                        + " this cluster.")
final class DatabaseListCommand extends HowdahCommand {
    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    ExitCode run(CommandContext context) {
        Json.Fields answer = AdminTask.find("database list", common(), context).databases();
        Terminal terminal = context.terminal();
        if (output.isJson()) {
            terminal.out().println(JsonWriter.indented(answer));
            return ExitCode.OK;
        }
        List<Json.Fields> databases = answer.list("databases");
        if (databases.isEmpty()) {
            terminal.out().println("every database is in cluster " + answer.shown("cluster"));
            return ExitCode.OK;
        }
        Table table = new Table(List.of("DATABASE", "CLUSTER", "NAME THERE"), Set.of());
        for (Json.Fields database : databases) {
            table.add(
                    Cell.of(database.shown("name")),
                    Cell.of(database.shown("cluster")),
                    Cell.of(database.shown("name_there")));
        }
        table.render(terminal).forEach(terminal.out()::println);
        terminal.note("all others are in cluster " + answer.shown("cluster"));
        return ExitCode.OK;
    }
}
