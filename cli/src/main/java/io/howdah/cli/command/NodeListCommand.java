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
        headerHeading = "Examples:%n",
        header = {
            "  howdah node list                who is there, votes, and how it is tagged",
            "  howdah node list -o json        the same for scripts"
        },
        synopsisHeading = "%nUsage: ",
        abbreviateSynopsis = true,
        descriptionHeading = "%n",
        description = "Shows each node with its cell, role, state, vote and tags.",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        sortOptions = false)
final class NodeListCommand implements HowdahCommand {

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Override
    public CommonOptions common() {
        return common;
    }

    @Override
    public ExitCode run(CommandContext context) {
        List<Json.Fields> nodes =
                new AdminTask("node list", common, context).status().list("nodes");
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
