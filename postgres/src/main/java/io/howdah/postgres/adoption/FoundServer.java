package io.howdah.postgres.adoption;

import io.howdah.postgres.process.PostgresProcessException;
import io.howdah.postgres.process.PostmasterPidFile;
import io.howdah.postgres.process.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server that runs in a data directory, as the kernel shows it in {@code /proc} (proc(5)) and PostgreSQL in {@code
 * postmaster.pid}. Immutable.
 *
 * @param identity of its postmaster
 * @param command how it was started, program first
 * @param program the file that runs, links resolved
 * @param output the file that its messages go to, when they go to a file
 * @param unit the systemd unit that keeps it, such as {@code postgresql@15-main.service}
 * @param keeper the command of a parent that would start it again, such as Patroni's
 */
public record FoundServer(
        Path data,
        ProcessIdentity identity,
        int port,
        Optional<Path> socketDirectory,
        List<String> command,
        Path program,
        Optional<Path> output,
        Optional<String> unit,
        Optional<String> keeper) {
    private static final Path PROC = Path.of("/proc");
    private static final int SOCKET_LINE = 4;

    /** A unit of the system's own or of a user's systemd; a session's scope keeps nothing. */
    private static final Pattern UNIT = Pattern.compile("(?m)^\\d+:[^:]*:.*?/((?!user@)[^/\\n]+\\.service)(?:/|$)");

    /** Those that are known to start PostgreSQL again when it ends. */
    private static final Pattern KEEPER =
            Pattern.compile("patroni|pg_autoctl|stolon-keeper|repmgrd|io\\.howdah", Pattern.CASE_INSENSITIVE);

    public FoundServer {
        command = List.copyOf(command);
    }

    /** The server of this directory; empty when none runs there. */
    public static Optional<FoundServer> in(Path data) {
        return PostmasterPidFile.read(data)
                .flatMap(file -> ProcessIdentity.of(file.pid())
                        .filter(identity -> identity.worksIn(data))
                        .map(identity -> describe(data, file, identity)));
    }

    private static FoundServer describe(Path data, PostmasterPidFile file, ProcessIdentity identity) {
        Path process = PROC.resolve(Long.toString(identity.pid()));
        try {
            List<String> lines = Files.readAllLines(data.resolve(PostmasterPidFile.FILE_NAME));
            Optional<Path> sockets = lines.stream()
                    .skip(SOCKET_LINE)
                    .findFirst()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .map(line -> data.resolve(line));
            return new FoundServer(
                    data,
                    identity,
                    file.port(),
                    sockets,
                    words(process),
                    process.resolve("exe").toRealPath(),
                    output(process),
                    unit(Files.readString(process.resolve("cgroup"))),
                    keeper(process));
        } catch (IOException e) {
            throw new PostgresProcessException("cannot look at process " + identity.pid(), e);
        }
    }

    /** How the process was started; the postmaster shows its own words, its children change theirs. */
    private static List<String> words(Path process) throws IOException {
        String line = Files.readString(process.resolve("cmdline"), StandardCharsets.UTF_8);
        return Arrays.asList(line.split("\0"));
    }

    private static Optional<Path> output(Path process) throws IOException {
        Path target = Files.readSymbolicLink(process.resolve("fd/1"));
        return Files.isRegularFile(target) ? Optional.of(target) : Optional.empty();
    }

    static Optional<String> unit(String cgroups) {
        Matcher matcher = UNIT.matcher(cgroups);
        Optional<String> last = Optional.empty();
        while (matcher.find()) {
            last = Optional.of(matcher.group(1));
        }
        // Only a unit that is named after PostgreSQL keeps it: a shell's or a container engine's unit does not.
        return last.filter(unit -> unit.contains("postgres") || unit.contains("pgsql"));
    }

    private static Optional<String> keeper(Path process) throws IOException {
        String stat = Files.readString(process.resolve("stat"));
        String parent = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[1];
        if (parent.equals("0") || parent.equals("1")) {
            return Optional.empty();
        }
        String command = String.join(" ", words(PROC.resolve(parent))).strip();
        return Optional.of(command).filter(words -> KEEPER.matcher(words).find());
    }

    /** The directory with the programs that run it. */
    public Path binaries() {
        return Optional.ofNullable(program.getParent()).orElse(Path.of("/"));
    }
}
