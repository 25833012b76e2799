package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Table;
import io.howdah.cli.text.Table.Cell;
import io.howdah.cli.text.Terminal;
import io.howdah.cli.text.Units;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the nodes and what is wished of them. */
@Command(
        name = "howdah node list",
        header = {
            "  howdah node list                who is there, votes, and how it is tagged",
            "  howdah node list -o json        the same for scripts"
        },
        description = "Shows each node with its cell, role, state, vote and tags.")
final class NodeListCommand extends HowdahCommand {

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    ExitCode run(CommandContext context) {
        List<Json.Fields> nodes =
                AdminTask.find("node list", common(), context).status().list("nodes");
        Terminal terminal = context.terminal();
        if (output.isJson()) {
            terminal.out().println(JsonWriter.indented(Json.fields("nodes", Json.of(nodes))));
            return ExitCode.OK;
        }
        Table table = new Table(List.of("NODE", "CELL", "ROLE", "STATE", "VOTES", "LAG", "PORT", "TAGS"), Set.of(5, 6));
        for (Json.Fields node : nodes) {
            table.add(
                    Cell.of(node.shown("id")),
                    Cell.of(node.shown("cell")),
                    Cell.of(node.shown("role")),
                    Cell.of(node.shown("state")),
                    Cell.of(node.truth("voter") ? "yes" : "no"),
                    Cell.of(Units.bytes(node.number("lag_bytes"))),
                    Cell.of(node.shown("port")),
                    Cell.of(node.shown("tags")));
        }
        table.render(terminal).forEach(terminal.out()::println);
        return ExitCode.OK;
    }
}
