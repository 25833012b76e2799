package io.howdah.cli.command;

import io.howdah.cli.local.AdminProcess;
import io.howdah.cli.local.ClusterDirectory;
import io.howdah.cli.text.Terminal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a command takes from outside.
 *
 * @param terminal input and output
 * @param clock for waiting and for times in output
 * @param environment the variables of the process
 * @param workingDirectory what relative paths start from
 * @param program how the user called us, so that a suggested command can be typed as it stands
 * @param version of the product
 * @param serverLaunch how to start the admin process
 * @param handover where to leave a command for the launcher to turn into; absent when we were not started by it
 */
public record CommandContext(
        Terminal terminal,
        InstantSource clock,
        Map<String, String> environment,
        Path workingDirectory,
        String program,
        String version,
        AdminProcess.Launch serverLaunch,
        Optional<Path> handover) {
    static final String DEFAULT_DIRECTORY = "howdah_local";

    public CommandContext {
        environment = Map.copyOf(environment);
    }

    /** The cluster's directory: the option, else {@code HOWDAH_DIR}, else the default. */
    ClusterDirectory directory(Optional<Path> option) {
        Path path = option.or(() -> Optional.ofNullable(environment.get("HOWDAH_DIR"))
                        .filter(value -> !value.isEmpty())
                        .map(Path::of))
                .orElse(Path.of(DEFAULT_DIRECTORY));
        return new ClusterDirectory(workingDirectory.resolve(path));
    }

    AdminProcess admin(ClusterDirectory directory) {
        return new AdminProcess(directory, serverLaunch);
    }
}
