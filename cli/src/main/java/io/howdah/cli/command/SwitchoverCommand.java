package io.howdah.cli.command;

import io.howdah.cli.api.AdminClient;
import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.api.Operation;
import io.howdah.cli.local.ClusterDirectory;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.ProgressView;
import io.howdah.cli.text.Terminal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Moves the leader's role as planned work and reports how long writes were held. */
@Command(
        name = "howdah switchover",
        headerHeading = "Examples:%n",
        header = {
            "  howdah switchover                          to the standby that is furthest",
            "  howdah switchover --to node2               to that node",
            "  howdah switchover --to node2 --yes -o json   in a script: from, to, term, outage_ms"
        },
        synopsisHeading = "%nUsage: ",
        abbreviateSynopsis = true,
        descriptionHeading = "%n",
        description = "Hands the leader's role to another node. Gateways hold statements meanwhile, so clients see a "
                + "pause and no error. Succeeds only after the new leader took a write.",
        optionListHeading = "%nOptions:%n",
        sortOptions = false)
final class SwitchoverCommand implements HowdahCommand {
    @Option(names = "--to", paramLabel = "NODE", description = "The new leader (default: the best standby).")
    private @Nullable String target;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Option(names = "--wait", paramLabel = "TIME", description = "How long to wait, as in 90s or 2m (default: 60s).")
    private Duration wait = Duration.ofMinutes(1);

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
        ClusterDirectory directory = common.existingCluster(context);
        AdminClient admin = context.admin(directory)
                .find()
                .orElseThrow(() -> new CliException(
                        ExitCode.UNREACHABLE,
                        "admin does not run, and a switchover needs it",
                        "nodes and gateways do not: the cluster itself may be well",
                        common.suggest(context, "up")));
        Json.Fields status = admin.status();
        requireTarget(status);
        Terminal terminal = context.terminal();
        if (!yes && !terminal.confirm(question(status))) {
            terminal.note("nothing was done");
            return ExitCode.REFUSED;
        }
        Json.Fields result;
        try (ProgressView progress = new ProgressView(terminal, context.clock(), "switchover");
                Interruption _ = Interruption.explain(terminal, "switchover", common.suggest(context, "status"))) {
            result = new Operation(admin, context.clock(), progress)
                    .run(
                            Json.fields("kind", Json.of("switchover"), "target", Json.of(Optional.ofNullable(target))),
                            wait);
        }
        verify(admin, result, context);
        terminal.out()
                .println(
                        output.isJson()
                                ? JsonWriter.indented(result)
                                : "leader moved from %s to %s, term %s; writes were held for %s ms"
                                        .formatted(
                                                result.shown("from"),
                                                result.shown("to"),
                                                result.shown("term"),
                                                result.shown("outage_ms")));
        return ExitCode.OK;
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
        if (status.shown("leader").equals(target)) {
            throw new CliException(ExitCode.CONFLICT, target + " is the leader already", "nothing was done");
        }
    }

    private String question(Json.Fields status) {
        return "Move the leader from %s to %s?"
                .formatted(status.text("leader").orElse("(none)"), target == null ? "the best standby" : target);
    }

    /** Reads the state again instead of believing the answer; a leader of a later term is as good. */
    private void verify(AdminClient admin, Json.Fields result, CommandContext context) {
        Json.Fields after = admin.status();
        boolean same = after.shown("leader").equals(result.shown("to"));
        if (!same && after.number("term") <= result.number("term")) {
            throw new CliException(
                    ExitCode.FAILED,
                    "the switchover was reported as done, but the leader is not " + result.shown("to"),
                    "status says: " + after.text("leader").orElse("no leader"),
                    common.suggest(context, "status"));
        }
    }
}
