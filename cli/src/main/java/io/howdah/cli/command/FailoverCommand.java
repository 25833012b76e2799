package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Units;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has a certain node lead, whatever state the leader is in. */
@Command(
        name = "howdah failover",
        header = {
            "  howdah failover --to node2 --dry-run                  what it would cost",
            "  howdah failover --to node2                            after asking",
            "  howdah failover --to node2 --yes --accept-data-loss   others may hold more"
        },
        description =
                "Makes a node the leader. While there is a leader that it follows this is a switchover and costs nothing. "
                        + "Otherwise a majority must be up, and what only others hold is lost: the estimate is printed first.")
final class FailoverCommand extends TaskCommand {
    @Option(names = "--to", required = true, paramLabel = "NODE", description = "The new leader.")
    private String target = "";

    @Option(names = "--accept-data-loss", description = "Go on although acknowledged commits may be lost.")
    private boolean acceptDataLoss;

    @Option(names = "--dry-run", description = "Only say what it would cost.")
    private boolean dryRun;

    @Mixin
    private YesOption yes = new YesOption();

    FailoverCommand() {
        super("failover", Duration.ofMinutes(2));
    }

    @Override
    ExitCode run(AdminTask task) {
        task.node(target);
        Json.Fields plan = task.run(request(true, false));
        task.terminal().note(estimate(plan));
        if (dryRun) {
            return task.print(plan, estimate(plan));
        }
        boolean loss = plan.truth("loss_possible");
        boolean accepted = acceptDataLoss;
        if (yes.said()) {
            if (loss && !acceptDataLoss) {
                throw new CliException(
                        ExitCode.REFUSED,
                        "acknowledged commits could be lost",
                        estimate(plan),
                        task.suggest("failover --to %s --yes --accept-data-loss".formatted(target)));
            }
        } else if (loss) {
            if (!task.typed("Type the node's name to go on: ", target)) {
                return ExitCode.REFUSED;
            }
            accepted = true;
        } else if (!task.confirmed(yes, "Have %s lead?".formatted(target))) {
            return ExitCode.REFUSED;
        }
        Json.Fields result = task.run(request(false, accepted));
        return task.print(result, "%s leads, term %s".formatted(result.shown("to"), result.shown("term")));
    }

    private Json.Fields request(boolean dry, boolean accepted) {
        return Json.fields(
                "kind", Json.of("failover"),
                "target", Json.of(target),
                "accept_data_loss", Json.of(accepted),
                "dry_run", Json.of(dry));
    }

    private String estimate(Json.Fields plan) {
        if (plan.truth("planned")) {
            return "%s follows %s: a switchover, nothing is lost".formatted(target, plan.shown("leader"));
        }
        if (!plan.truth("loss_possible")) {
            return "%s at %s: nobody is known to hold more".formatted(target, plan.shown("target_position"));
        }
        return "%s at %s; %s was last at %s: about %s may be lost, and whatever was not heard of"
                .formatted(
                        target,
                        plan.shown("target_position"),
                        plan.shown("furthest"),
                        plan.shown("furthest_position"),
                        Units.bytes(plan.number("loss_bytes")));
    }
}
