package io.howdah.cli.command;

import io.howdah.cli.api.AdminClient;
import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.local.ClusterDirectory;
import io.howdah.cli.local.StatusWithoutAdmin;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Terminal;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the cluster as admin sees it, or as the nodes see it while there is no admin. */
@Command(
        name = "howdah status",
        header = {
            "  howdah status                  the cluster in ./howdah_local",
            "  howdah status -o json          one document, for scripts",
            "  howdah status --exit-code      exit 3 when anything is wrong, for monitoring"
        },
        description = "Shows who leads, how far each copy is behind, the ports, and problems in words. "
                + "It works without the admin process: then the nodes are asked directly.")
final class StatusCommand extends HowdahCommand {
    @Mixin
    private OutputOption output = new OutputOption();

    @Option(names = "--exit-code", description = "Exit 3 when the cluster has problems.")
    private boolean exitCode;

    @Override
    ExitCode run(CommandContext context) {
        ClusterDirectory directory = common().existingCluster(context);
        Terminal terminal = context.terminal();
        Optional<Json.Fields> fromAdmin = context.admin(directory).find().map(AdminClient::status);
        Json.Fields document = fromAdmin.orElseGet(() -> new StatusWithoutAdmin(directory).read());
        if (output.isJson()) {
            terminal.out().println(JsonWriter.indented(document));
        } else {
            ClusterView.lines(document, terminal).forEach(terminal.out()::println);
        }
        if (fromAdmin.isEmpty()) {
            boolean alive = StatusWithoutAdmin.showsLife(document);
            terminal.note(
                    alive
                            ? "note: admin does not run; this comes from the nodes. Start it with: "
                                    + common().suggest(context, "up")
                            : "note: nothing of this cluster runs. Start it with: " + common().suggest(context, "up"));
            if (!alive) {
                return ExitCode.UNREACHABLE;
            }
        }
        return exitCode && !document.texts("problems").isEmpty() ? ExitCode.DEGRADED : ExitCode.OK;
    }
}
