package io.howdah.cli.local;

import io.howdah.cli.api.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process told apart from any later one with the same number by the moment of its start: field 22 of
 * {@code /proc/PID/stat}, see proc(5). Where there is no such file the process counts as dead.
 */
public record ProcessIdentity(long pid, long startTicks) {
    private static final int FIELD_STATE = 0;
    private static final int FIELD_START = 19;

    static ProcessIdentity from(Json.Fields fields) {
        return new ProcessIdentity(fields.number("pid"), fields.number("start_ticks"));
    }

    /** The process that has this number now. */
    public static Optional<ProcessIdentity> of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The program's name is in brackets and may itself hold brackets and spaces.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            if (fields[FIELD_STATE].equals("Z") || fields[FIELD_STATE].equals("X")) {
                return Optional.empty();
            }
            return Optional.of(new ProcessIdentity(pid, Long.parseLong(fields[FIELD_START])));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public boolean isAlive() {
        return pid > 0 && of(pid).filter(this::equals).isPresent();
    }

    /** Asks the process to end; a stranger with a reused number is left alone. */
    void terminate() {
        handle().ifPresent(ProcessHandle::destroy);
    }

    /** Ends the process without asking; a stranger with a reused number is left alone. */
    void kill() {
        handle().ifPresent(ProcessHandle::destroyForcibly);
    }

    private Optional<ProcessHandle> handle() {
        return isAlive() ? ProcessHandle.of(pid) : Optional.empty();
    }
}
