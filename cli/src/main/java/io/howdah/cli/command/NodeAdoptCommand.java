package io.howdah.cli.command;

import io.howdah.cli.api.AdminClient;
import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.api.Operation;
import io.howdah.cli.local.AdminProcess;
import io.howdah.cli.local.ClusterDirectory;
import io.howdah.cli.local.ClusterRemoval;
import io.howdah.cli.local.DirectoryLock;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.ProgressView;
import io.howdah.cli.text.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes over a PostgreSQL that somebody made by hand; starts admin if need be. */
@Command(
        name = "howdah node adopt",
        header = {
            "  howdah node adopt --pgdata /var/lib/postgresql/15/main --dry-run",
            "  howdah node adopt --pgdata /var/lib/postgresql/15/main",
            "  howdah node adopt --pgdata /srv/pg --nodes 1   no clones yet"
        },
        description =
                "Takes over a running PostgreSQL without copying it. Where there is no cluster yet, the instance becomes "
                        + "the first node of a new one and the others are cloned from it; where there is one, a standby of "
                        + "it that was made by hand becomes a node. Says first what stands in the way and what changes, and "
                        + "asks before it stops the instance. The data stays where it is; when something fails, the "
                        + "instance runs on as before.")
final class NodeAdoptCommand extends HowdahCommand {
    @Option(
            names = "--pgdata",
            required = true,
            paramLabel = "DIR",
            description = "The data directory of the instance.")
    private Path data = Path.of("");

    @Option(names = "--nodes", paramLabel = "N", description = "1, 3 or 5 nodes for a new cluster (default: 3).")
    private @Nullable Integer nodes;

    @Option(
            names = "--cells",
            paramLabel = "CELL",
            split = ",",
            splitSynopsisLabel = ",",
            description = "Failure domains to spread over.")
    private List<String> cells = new ArrayList<>();

    @Option(names = "--superuser", paramLabel = "ROLE", description = "To ask the instance as (default: postgres).")
    private String superuser = "postgres";

    @Option(
            names = "--passfile",
            paramLabel = "FILE",
            description =
                    "With that role's password, as libpq reads it; for an instance that does not let its owner in.")
    private @Nullable Path passFile;

    @Option(names = "--dry-run", description = "Only say what is found.")
    private boolean dryRun;

    @Mixin
    private YesOption yes = new YesOption();

    @Mixin
    private WaitOption wait = new WaitOption(Duration.ofMinutes(10));

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    ExitCode run(CommandContext context) {
        ClusterDirectory directory = common().directory(context);
        boolean existing = directory.holdsCluster();
        boolean remains = directory.holdsRemains();
        UpCommand.create(directory);
        Terminal terminal = context.terminal();
        AdminProcess admin = context.admin(directory);
        boolean done = false;
        try (DirectoryLock _ =
                        DirectoryLock.take(directory, "howdah node adopt", wait.limit(), context.clock(), terminal);
                ProgressView progress = new ProgressView(terminal, context.clock(), "admin starts");
                Interruption _ = Interruption.explain(terminal, "node adopt", common().suggest(context, "status"))) {
            Optional<AdminClient> found = admin.find();
            Operation operation =
                    new Operation(found.isPresent() ? found.get() : admin.start(progress), context.clock(), progress);
            Json.Fields survey = operation.run(request(context, true), wait.limit());
            boolean possible = survey.truth("possible");
            if (dryRun && output.isJson()) {
                terminal.out().println(JsonWriter.indented(survey));
            } else {
                tell(survey, terminal);
            }
            if (!possible || dryRun) {
                return possible ? ExitCode.OK : ExitCode.CONFLICT;
            }
            if (!yes.said() && !terminal.confirm("Stop this instance and make it a node of Howdah?")) {
                terminal.note("nothing was done");
                return ExitCode.REFUSED;
            }
            Json.Fields result = operation.run(request(context, false), wait.limit());
            done = true;
            terminal.out()
                    .println(output.isJson() ? JsonWriter.indented(result) : ClusterView.summary(result, terminal));
            return ExitCode.OK;
        } finally {
            if (!existing && !done && !directory.holdsCluster()) {
                admin.stop();
                if (!remains && (dryRun || !failed(directory))) {
                    new ClusterRemoval(directory).remove();
                }
            }
        }
    }

    /** Whether there is a node's log that tells what went wrong. */
    private static boolean failed(ClusterDirectory directory) {
        return Files.exists(directory.logs().resolve("node1.log"));
    }

    private Json.Fields request(CommandContext context, boolean dry) {
        Path base = context.workingDirectory();
        Json count = nodes == null ? Json.Nothing.NULL : Json.of(nodes);
        Optional<String> file = Optional.ofNullable(passFile)
                .map(path -> base.resolve(path).normalize().toString());
        return Json.fields(
                "kind", Json.of("node-adopt"),
                "data", Json.of(base.resolve(data).normalize().toString()),
                "superuser", Json.of(superuser),
                "passfile", Json.of(file),
                "nodes", count,
                "cells", Json.of(cells.stream().map(Json::of).toList()),
                "dry_run", Json.of(dry));
    }

    private void tell(Json.Fields survey, Terminal terminal) {
        terminal.out().println("PostgreSQL in %s, port %s".formatted(survey.shown("data"), survey.shown("port")));
        for (Json.Fields finding : survey.list("findings")) {
            String mark = switch (finding.shown("weight")) {
                case "obstacle" -> "✗";
                case "change" -> "~";
                default -> "·";
            };
            terminal.out().println("  %s %s".formatted(mark, finding.shown("what")));
            String hint = finding.text("hint").orElse("");
            if (!hint.isEmpty()) {
                terminal.out().println("      " + hint);
            }
        }
        if (!survey.truth("possible")) {
            terminal.out().println("Nothing was done: solve what is marked ✗ first.");
        }
    }
}
