package io.howdah.cli.command;

import io.howdah.cli.api.AdminClient;
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

/** Shows the settings of PostgreSQL that hold for every node. */
@Command(
        name = "howdah config show",
        header = {
            "  howdah config show            what is set for all nodes, and what waits for a restart",
            "  howdah config show -o json    for scripts"
        },
        description = "Shows the settings of PostgreSQL that 'howdah config set' or an adopted instance brought.")
final class ConfigShowCommand extends HowdahCommand {
    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    ExitCode run(CommandContext context) {
        AdminClient admin = AdminTask.find("config show", common(), context);
        Json.Fields answer = admin.config();
        Terminal terminal = context.terminal();
        if (output.isJson()) {
            terminal.out().println(JsonWriter.indented(answer));
            return ExitCode.OK;
        }
        Json.Fields parameters = answer.fields("parameters");
        if (parameters.members().isEmpty()) {
            terminal.out().println("nothing is set beyond what Howdah sets itself");
        } else {
            Table table = new Table(List.of("PARAMETER", "VALUE"), Set.of());
            parameters.members().keySet().forEach(name -> table.add(Cell.of(name), Cell.of(parameters.shown(name))));
            table.render(terminal).forEach(terminal.out()::println);
        }
        for (Json.Fields node : admin.status().list("nodes")) {
            String pending = node.shown("pending_restart");
            if (!pending.isEmpty()) {
                terminal.out()
                        .println("%s waits for a restart to take up %s"
                                .formatted(node.shown("id"), pending.replace(" ", ", ")));
            }
        }
        return ExitCode.OK;
    }
}
