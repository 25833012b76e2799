package io.howdah.testkit.cluster;

/** What a finished command printed and how it ended. */
public record CommandResult(int exitCode, String output, String errors) {
    /** @throws AssertionError naming both outputs when the command failed */
    public CommandResult orThrow(String command) {
        if (exitCode != 0) {
            throw new AssertionError(
                    "%s ended with %d%noutput:%n%s%nerrors:%n%s".formatted(command, exitCode, output, errors));
        }
        return this;
    }
}
