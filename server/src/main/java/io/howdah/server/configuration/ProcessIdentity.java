package io.howdah.server.configuration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process and no other: a process id is given again to strangers, together with its start time it is not.
 *
 * @param pid the process id
 * @param startTicks clock ticks between boot and the process's start: field 22 of {@code /proc/<pid>/stat} (proc(5))
 */
public record ProcessIdentity(long pid, long startTicks) {
    private static final int START_TIME_FIELD = 22;

    /** This very process. */
    public static ProcessIdentity current() {
        long pid = ProcessHandle.current().pid();
        return of(pid).orElseThrow(() -> new IllegalStateException("/proc/" + pid + "/stat cannot be read"));
    }

    /** The process that has this id now; empty when there is none, or when it has ended and only its parent has not noticed. */
    public static Optional<ProcessIdentity> of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            // The second field is the command in parentheses and may hold blanks and parentheses itself.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            boolean zombie = fields[0].equals("Z") || fields[0].equals("X");
            // The first field after the command is number 3.
            long startTicks = Long.parseLong(fields[START_TIME_FIELD - 3].trim());
            return zombie ? Optional.empty() : Optional.of(new ProcessIdentity(pid, startTicks));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether this very process still runs. */
    public boolean isAlive() {
        return of(pid).filter(this::equals).isPresent();
    }
}
