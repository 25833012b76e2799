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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Goes on with the survivors when a majority is lost for good. */
@Command(
        name = "howdah cluster recover-quorum",
        headerHeading = "Examples:%n",
        header = {
            "  howdah cluster recover-quorum --dry-run          what each node holds, and who would lead",
            "  howdah cluster recover-quorum                    after you typed the cluster's name",
            "  howdah cluster recover-quorum --confirm local    in a script"
        },
        synopsisHeading = "%nUsage: ",
        abbreviateSynopsis = true,
        descriptionHeading = "%n",
        description =
                "For when so many voters are lost for good that nobody can be elected. Shows what each node holds, proposes "
                        + "the best, and forms a new rule with those that can be reached. Whatever only the others hold is "
                        + "lost; when they come back their data is set aside and cloned anew.",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        sortOptions = false)
final class RecoverQuorumCommand implements HowdahCommand {
    @Option(names = "--to", paramLabel = "NODE", description = "Who is to lead (default: who reaches furthest).")
    private String target = "";

    @Option(
            names = "--confirm",
            paramLabel = "CLUSTER",
            description = "The cluster's name, instead of being asked for it.")
    private String confirm = "";

    @Option(names = "--dry-run", description = "Only show what would be done.")
    private boolean dryRun;

    @Option(names = "--wait", paramLabel = "TIME", description = "How long to wait, as in 90s or 2m (default: 3m).")
    private Duration wait = Duration.ofMinutes(3);

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
        AdminTask task = new AdminTask("cluster recover-quorum", common, context);
        Json.Fields plan = task.run(request(true, ""), wait);
        Terminal terminal = context.terminal();
        if (dryRun) {
            return output.isJson() ? task.print(plan, output, "") : shown(plan, terminal.out()::println, terminal);
        }
        shown(plan, terminal::note, terminal);
        String name = plan.shown("cluster");
        if (confirm.isEmpty() && !terminal.typed("Type the cluster's name to go on without them: ", name)) {
            terminal.note("nothing was done");
            return ExitCode.REFUSED;
        }
        Json.Fields result = task.run(request(false, confirm.isEmpty() ? name : confirm), wait);
        return task.print(
                result,
                output,
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
