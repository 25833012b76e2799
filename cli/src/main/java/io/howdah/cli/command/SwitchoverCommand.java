package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Table;
import io.howdah.cli.text.Table.Cell;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Moves the leader's role as planned work and reports how long writes were held. */
@Command(
        name = "howdah switchover",
        header = {
            "  howdah switchover                          to the standby that is furthest",
            "  howdah switchover --to node2               to that node",
            "  howdah switchover --dry-run                who may take over, and who not",
            "  howdah switchover --at +10m                later; 'howdah schedule list' shows it",
            "  howdah switchover --to node2 --yes -o json   in a script"
        },
        description = "Hands the leader's role to another node. Gateways hold statements meanwhile, so clients see a "
                + "pause and no error. Succeeds only after the new leader took a write.")
final class SwitchoverCommand extends TaskCommand {
    @Option(names = "--to", paramLabel = "NODE", description = "The new leader (default: the best standby).")
    private @Nullable String target;

    @Option(
            names = "--dry-run",
            description = "Only say who may take over, why others may not, and how long writes would be held.")
    private boolean dryRun;

    @Mixin
    private AtOption at = new AtOption();

    @Mixin
    private YesOption yes = new YesOption();

    SwitchoverCommand() {
        super("switchover", Duration.ofMinutes(1));
    }

    @Override
    ExitCode run(AdminTask task) {
        Json.Fields status = task.status();
        requireTarget(status);
        if (dryRun) {
            return show(task, task.run(request()));
        }
        if (at.when().isPresent()) {
            return task.schedule(at.when().get(), request());
        }
        if (!task.confirmed(yes, question(status))) {
            return ExitCode.REFUSED;
        }
        Json.Fields result = task.run(request());
        verify(task, result);
        return task.print(
                result,
                "leader moved from %s to %s, term %s; writes were held for %s ms"
                        .formatted(
                                result.shown("from"),
                                result.shown("to"),
                                result.shown("term"),
                                result.shown("outage_ms")));
    }

    private Json.Fields request() {
        Json name = Json.of(Optional.ofNullable(target));
        return dryRun
                ? Json.fields("kind", Json.of("switchover"), "target", name, "dry_run", Json.of(true))
                : Json.fields("kind", Json.of("switchover"), "target", name);
    }

    /** Prints how a switchover would go. */
    private ExitCode show(AdminTask task, Json.Fields forecast) {
        boolean possible = forecast.truth("possible");
        if (!task.printsJson()) {
            Table table = new Table(List.of("NODE", "MAY LEAD", "WHY NOT"), Set.of());
            for (Json.Fields candidate : forecast.list("candidates")) {
                table.add(
                        Cell.of(candidate.shown("node")),
                        Cell.of(candidate.truth("may_lead") ? "yes" : "no"),
                        Cell.of(candidate.shown("why")));
            }
            table.render(task.terminal()).forEach(task.terminal().out()::println);
        }
        task.print(forecast, possible ? prospect(forecast) : obstacle(forecast));
        return possible ? ExitCode.OK : ExitCode.CONFLICT;
    }

    private static String prospect(Json.Fields forecast) {
        return "%s would take over from %s; writes would be held for about %s ms"
                .formatted(forecast.shown("to"), forecast.shown("from"), forecast.shown("estimated_outage_ms"));
    }

    private String obstacle(Json.Fields forecast) {
        return forecast.text("obstacle")
                .filter(obstacle -> !obstacle.isEmpty())
                .orElse(target == null ? "nobody may take over" : target + " may not take over");
    }

    private void requireTarget(Json.Fields status) {
        if (target == null) {
            return;
        }
        List<String> nodes =
                status.list("nodes").stream().map(node -> node.shown("id")).toList();
        if (!nodes.contains(target)) {
            throw Endpoints.missing("node", target, nodes);
        }
        if (!dryRun && at.when().isEmpty() && status.shown("leader").equals(target)) {
            throw new CliException(ExitCode.CONFLICT, target + " is the leader already", "nothing was done");
        }
    }

    private String question(Json.Fields status) {
        return "Move the leader from %s to %s?"
                .formatted(status.text("leader").orElse("(none)"), target == null ? "the best standby" : target);
    }

    /** Reads the state again instead of believing the answer; a leader of a later term is as good. */
    private static void verify(AdminTask task, Json.Fields result) {
        Json.Fields after = task.status();
        boolean same = after.shown("leader").equals(result.shown("to"));
        if (!same && after.number("term") <= result.number("term")) {
            throw new CliException(
                    ExitCode.FAILED,
                    "the switchover was reported as done, but the leader is not " + result.shown("to"),
                    "status says: " + after.text("leader").orElse("no leader"),
                    task.suggest("status"));
        }
    }
}
