package io.howdah.cli.command;

import io.howdah.cli.api.AdminClient;
import io.howdah.cli.api.Json;
import io.howdah.cli.api.Operation;
import io.howdah.cli.local.AdminProcess;
import io.howdah.cli.local.ClusterDirectory;
import io.howdah.cli.local.ClusterRemoval;
import io.howdah.cli.local.DirectoryLock;
import io.howdah.cli.local.LocalProcesses;
import io.howdah.cli.local.LocalProcesses.Component;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.ProgressView;
import io.howdah.cli.text.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stops the cluster of a directory, admin last; on request removes it. */
@Command(
        name = "howdah down",
        header = {
            "  howdah down                    stop everything, keep the data",
            "  howdah down --clean            stop and remove the directory, after asking",
            "  howdah down --clean --yes      the same in a script"
        },
        description =
                "Stops gateways, standbys, the leader and admin, in this order. 'howdah up' brings the data back.")
final class DownCommand extends HowdahCommand {
    private static final Duration DIRECT_STOP = Duration.ofSeconds(30);

    @Option(names = "--clean", description = "Also remove the directory with all data.")
    private boolean clean;

    @Mixin
    private YesOption yes = new YesOption();

    @Mixin
    private WaitOption wait = new WaitOption(Duration.ofMinutes(2));

    @Override
    ExitCode run(CommandContext context) {
        ClusterDirectory directory = common().directory(context);
        Terminal terminal = context.terminal();
        if (!directory.holdsRemains()) {
            terminal.note("there is no cluster in " + directory.root() + ", nothing to do");
            return ExitCode.OK;
        }
        if (clean && !yes.said() && !terminal.confirm("Remove " + directory.root() + " with all its data?")) {
            terminal.note("nothing was done");
            return ExitCode.REFUSED;
        }
        if (!Files.isDirectory(directory.run())) {
            // Half deleted: nothing can be running that we could know of, but PostgreSQL itself.
            stopDirectly(directory);
            return finish(directory, terminal);
        }
        try (DirectoryLock _ = DirectoryLock.take(directory, "howdah down", wait.limit(), context.clock(), terminal);
                ProgressView progress = new ProgressView(terminal, context.clock(), "the cluster stops")) {
            stop(directory, context, progress);
            return finish(directory, terminal);
        }
    }

    private void stop(ClusterDirectory directory, CommandContext context, ProgressView progress) {
        LocalProcesses processes = new LocalProcesses(directory);
        AdminProcess admin = context.admin(directory);
        boolean somethingRuns = !processes.runningWithoutAdmin().isEmpty()
                || !processes.postmasters().isEmpty()
                // What admin has just started may not have told its number yet; admin knows it.
                || admin.find().isPresent();
        if (somethingRuns) {
            try {
                Optional<AdminClient> found = admin.find();
                AdminClient client = found.isPresent() ? found.get() : restart(admin, directory, progress);
                new Operation(client, context.clock(), progress)
                        .run(Json.fields("kind", Json.of("down")), wait.limit());
            } catch (CliException e) {
                if (e.exitCode() == ExitCode.TIMEOUT) {
                    throw e;
                }
                context.terminal().print(e, common().wantsStackTraces());
                progress.step("", "stopping the processes directly instead");
            }
            stopDirectly(directory);
        }
        if (admin.stop()) {
            progress.step("admin", "stopped");
        } else if (!somethingRuns) {
            context.terminal().note("nothing of this cluster runs");
        }
    }

    /** Admin alone knows the order; it is started once more for that. */
    private static AdminClient restart(AdminProcess admin, ClusterDirectory directory, ProgressView progress) {
        directory.configuration();
        progress.step("admin", "was dead, starts once more to stop the cluster in order");
        return admin.start(progress);
    }

    /** Proves that nothing is left, and ends what is. */
    private static void stopDirectly(ClusterDirectory directory) {
        LocalProcesses processes = new LocalProcesses(directory);
        List<Component> left = processes.stopAll(DIRECT_STOP);
        if (!left.isEmpty()) {
            String names = left.stream()
                    .map(component -> "%s (pid %d)"
                            .formatted(component.name(), component.identity().pid()))
                    .collect(Collectors.joining(", "));
            throw new CliException(
                    ExitCode.FAILED,
                    "the cluster did not stop",
                    "still running: " + names,
                    "look into " + directory.logs());
        }
    }

    private ExitCode finish(ClusterDirectory directory, Terminal terminal) {
        if (!clean) {
            terminal.out().println("stopped; the data is kept in " + directory.root());
            return ExitCode.OK;
        }
        ClusterRemoval removal = new ClusterRemoval(directory);
        List<Path> adopted = removal.adopted();
        List<String> kept = removal.remove();
        if (kept.isEmpty()) {
            terminal.out().println("stopped and removed " + directory.root());
        } else {
            terminal.out().println("stopped and removed the cluster in " + directory.root());
            terminal.note("note: not Howdah's and therefore kept there: " + String.join(", ", kept));
        }
        for (Path data : adopted) {
            boolean standby = Files.exists(data.resolve("standby.signal"));
            terminal.note("note: the adopted data in %s stays; it starts by its old means%s"
                    .formatted(data, standby ? " when its standby.signal is removed" : ""));
        }
        return ExitCode.OK;
    }
}
