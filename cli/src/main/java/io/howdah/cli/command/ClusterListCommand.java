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

/** Shows the clusters that the gateways of this one know. */
@Command(
        name = "howdah cluster list",
        header = {
            "  howdah cluster list            this cluster and those that were added",
            "  howdah cluster list -o json    for scripts"
        },
        description = "Shows this cluster and the others that its gateways know, with their nodes as they were when the"
                + " cluster was added.")
final class ClusterListCommand extends HowdahCommand {
    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    ExitCode run(CommandContext context) {
        Json.Fields answer = AdminTask.find("cluster list", common(), context).clusters();
        Terminal terminal = context.terminal();
        if (output.isJson()) {
            terminal.out().println(JsonWriter.indented(answer));
            return ExitCode.OK;
        }
        Table table = new Table(List.of("CLUSTER", "ID", "KIND", "NODES"), Set.of());
        for (Json.Fields cluster : answer.list("clusters")) {
            table.add(
                    Cell.of(cluster.shown("name")),
                    Cell.of(cluster.shown("id")),
                    Cell.of(cluster.truth("own") ? "this one" : "added"),
                    Cell.of(String.join(" ", cluster.texts("nodes"))));
        }
        table.render(terminal).forEach(terminal.out()::println);
        return ExitCode.OK;
    }
}
