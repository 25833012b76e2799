package io.howdah.cli.command;

import io.howdah.cli.local.ClusterDirectory;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ColorMode;
import io.howdah.cli.text.ExitCode;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command understands. */
final class CommonOptions {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            order = OptionOrder.COMMON,
            description = "The cluster's directory (default: $HOWDAH_DIR or howdah_local).")
    private @Nullable Path directory;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            order = OptionOrder.COMMON,
            description = "auto, always or never (default: auto, honors NO_COLOR).")
    private ColorMode color = ColorMode.AUTO;

    @Option(
            names = {"-q", "--quiet"},
            order = OptionOrder.COMMON,
            description = "Results and errors only.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            order = OptionOrder.COMMON,
            description = "More words; -vv adds stack traces to errors.")
    private boolean[] verbose = {};

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = OptionOrder.COMMON,
            description = "Show this help.")
    private boolean help;

    /** Applies what concerns the terminal. */
    void applyTo(CommandContext context) {
        context.terminal().useColor(color);
        if (quiet) {
            context.terminal().beQuiet();
        }
    }

    boolean wantsHelp() {
        return help;
    }

    boolean wantsStackTraces() {
        return verbose.length > 1;
    }

    ClusterDirectory directory(CommandContext context) {
        return context.directory(Optional.ofNullable(directory));
    }

    /** The directory, which must hold a cluster. */
    ClusterDirectory existingCluster(CommandContext context) {
        ClusterDirectory cluster = directory(context);
        if (!cluster.holdsRemains()) {
            throw new CliException(
                    ExitCode.NOT_FOUND, "there is no cluster in " + cluster.root(), "", suggest(context, "up"));
        }
        return cluster;
    }

    /** A command line that the user can type, for the same directory. */
    String suggest(CommandContext context, String arguments) {
        String where = directory == null ? "" : " --dir " + directory;
        return context.program() + " " + arguments + where;
    }
}
