package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Table;
import io.howdah.cli.text.Table.Cell;
import io.howdah.cli.text.Terminal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Goes on with the survivors when a majority is lost for good. */
@Command(
        name = "howdah cluster recover-quorum",
        header = {
            "  howdah cluster recover-quorum --dry-run          what is left",
            "  howdah cluster recover-quorum                    after asking",
            "  howdah cluster recover-quorum --confirm local    in a script"
        },
        description =
                "For when so many voters are lost for good that nobody can be elected. Shows what each node holds, proposes "
                        + "the best, and forms a new rule with those that can be reached. Whatever only the others hold is "
                        + "lost; when they come back their data is set aside and cloned anew.")
final class RecoverQuorumCommand extends TaskCommand {
    @Option(names = "--to", paramLabel = "NODE", description = "Who is to lead (default: who reaches furthest).")
    private String target = "";

    @Option(
            names = "--confirm",
            paramLabel = "CLUSTER",
            description = "The cluster's name, instead of being asked for it.")
    private String confirm = "";

    @Option(names = "--dry-run", description = "Only show what would be done.")
    private boolean dryRun;

    RecoverQuorumCommand() {
        super("cluster recover-quorum", Duration.ofMinutes(3));
    }

    @Override
    ExitCode run(AdminTask task) {
        Json.Fields plan = task.run(request(true, ""));
        Terminal terminal = task.terminal();
        if (dryRun) {
            return task.printsJson() ? task.print(plan, "") : shown(plan, terminal.out()::println, terminal);
        }
        shown(plan, terminal::note, terminal);
        String name = plan.shown("cluster");
        if (confirm.isEmpty() && !task.typed("Type the cluster's name to go on without them: ", name)) {
            return ExitCode.REFUSED;
        }
        Json.Fields result = task.run(request(false, confirm.isEmpty() ? name : confirm));
        return task.print(
                result,
                "%s leads with the members %s"
                        .formatted(result.shown("best"), String.join(", ", result.texts("survivors"))));
    }

    private Json.Fields request(boolean dry, String name) {
        return Json.fields(
                "kind", Json.of("recover-quorum"),
                "target", Json.of(target),
                "confirm", Json.of(name),
                "dry_run", Json.of(dry));
    }

    private static ExitCode shown(Json.Fields plan, Consumer<String> line, Terminal terminal) {
        Table table = new Table(List.of("NODE", "REACHABLE", "VOTER", "TERM", "POSITION", "LAST HEARD"), Set.of(3, 5));
        for (Json.Fields node : plan.list("nodes")) {
            long age = node.number("last_contact_ms");
            table.add(
                    Cell.of(node.shown("id")),
                    Cell.of(node.truth("reachable") ? "yes" : "no"),
                    Cell.of(node.truth("voter") ? "yes" : "no"),
                    Cell.of(node.shown("term")),
                    Cell.of(node.shown("position")),
                    Cell.of(age < 0 ? "never" : age / 1000 + " s ago"));
        }
        table.render(terminal).forEach(line);
        line.accept("");
        line.accept("%s is to lead with the members %s. Lost: %s, and whatever only they hold."
                .formatted(
                        plan.shown("best"),
                        String.join(", ", plan.texts("survivors")),
                        String.join(", ", plan.texts("lost"))));
        return ExitCode.OK;
    }
}
