package io.howdah.postgres.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A process that cannot be mistaken for another that got the same number later: its pid with the moment of its start.
 *
 * @param pid its number
 * @param startTicks when it started: clock ticks since boot on Linux, milliseconds since 1970 elsewhere
 */
public record ProcessIdentity(long pid, long startTicks) {
    private static final Path PROC = Path.of("/proc");

    /** Fields of /proc/PID/stat after the command's name: the state is the first, the start time the twentieth. */
    private static final int STATE_FIELD = 0;

    private static final int START_FIELD = 19;

    /** The living process of that number, if there is one; a zombie is dead. */
    public static Optional<ProcessIdentity> of(long pid) {
        return Files.isDirectory(PROC.resolve("self")) ? ofLinux(pid) : ofPortable(pid);
    }

    public boolean isAlive() {
        return of(pid).filter(this::equals).isPresent();
    }

    private static Optional<ProcessIdentity> ofLinux(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            if (fields[STATE_FIELD].equals("Z") || fields[STATE_FIELD].equals("X")) {
                return Optional.empty();
            }
            return Optional.of(new ProcessIdentity(pid, Long.parseLong(fields[START_FIELD])));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<ProcessIdentity> ofPortable(long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(handle -> handle.info().startInstant())
                .map(start -> new ProcessIdentity(pid, start.toEpochMilli()));
    }

    /** Whether any process at all works in a directory; true in doubt, where there is no /proc to look at. */
    static boolean anyWorksIn(Path directory) {
        if (!Files.isDirectory(PROC.resolve("self"))) {
            return true;
        }
        try (Stream<Path> entries = Files.list(PROC)) {
            return entries.map(Path::getFileName)
                    .map(Path::toString)
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .flatMap(name -> of(Long.parseLong(name)).stream())
                    .anyMatch(process -> process.worksIn(directory));
        } catch (IOException e) {
            return true;
        }
    }

    /**
     * Whether this is the postmaster of a data directory: PostgreSQL changes to that directory at its start, which no
     * stranger with a reused number does.
     */
    public boolean worksIn(Path directory) {
        Path link = PROC.resolve(pid + "/cwd");
        try {
            return Files.isSymbolicLink(link)
                    ? Files.isSameFile(link.toRealPath(), directory)
                    : ProcessHandle.of(pid)
                            .flatMap(handle -> handle.info().command())
                            .filter(command -> command.endsWith("postgres"))
                            .isPresent();
        } catch (IOException e) {
            return false;
        }
    }
}
