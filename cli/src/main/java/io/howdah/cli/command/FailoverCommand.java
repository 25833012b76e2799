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
        headerHeading = "Examples:%n",
        header = {
            "  howdah failover --to node2 --dry-run              what it would cost",
            "  howdah failover --to node2                        after asking",
            "  howdah failover --to node2 --yes --accept-data-loss   although others may hold more"
        },
        synopsisHeading = "%nUsage: ",
        abbreviateSynopsis = true,
        descriptionHeading = "%n",
        description =
                "Makes a node the leader. While there is a leader that it follows this is a switchover and costs nothing. "
                        + "Otherwise a majority must be up, and what only others hold is lost: the estimate is printed first.",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        sortOptions = false)
final class FailoverCommand implements HowdahCommand {
    @Option(names = "--to", required = true, paramLabel = "NODE", description = "The new leader.")
    private String target = "";

    @Option(names = "--accept-data-loss", description = "Go on although acknowledged commits may be lost.")
    private boolean acceptDataLoss;

    @Option(names = "--dry-run", description = "Only say what it would cost.")
    private boolean dryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Option(names = "--wait", paramLabel = "TIME", description = "How long to wait, as in 90s or 2m (default: 2m).")
    private Duration wait = Duration.ofMinutes(2);

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
        AdminTask task = new AdminTask("failover", common, context);
        task.node(target);
        Json.Fields plan = task.run(request(true, false), wait);
        context.terminal().note(estimate(plan));
        if (dryRun) {
            return task.print(plan, output, estimate(plan));
        }
        boolean loss = plan.truth("loss_possible");
        boolean accepted = acceptDataLoss;
        if (yes) {
            if (loss && !acceptDataLoss) {
                throw new CliException(
                        ExitCode.REFUSED,
                        "acknowledged commits could be lost",
                        estimate(plan),
                        common.suggest(context, "failover --to %s --yes --accept-data-loss".formatted(target)));
            }
        } else if (loss) {
            if (!context.terminal().typed("Type the node's name to go on: ", target)) {
                context.terminal().note("nothing was done");
                return ExitCode.REFUSED;
            }
            accepted = true;
        } else if (!task.confirmed(false, "Have %s lead?".formatted(target))) {
            return ExitCode.REFUSED;
        }
        Json.Fields result = task.run(request(false, accepted), wait);
        return task.print(result, output, "%s leads, term %s".formatted(result.shown("to"), result.shown("term")));
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
