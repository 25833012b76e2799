package io.howdah.postgres.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A PostgreSQL installation.
 *
 * @param directory holds the programs
 * @param version of the server
 * @param tools those of the programs that Howdah knows and that are there
 */
public record PostgresBinaries(Path directory, PostgresVersion version, Set<Tool> tools) {
    private static final Duration VERSION_TIMEOUT = Duration.ofSeconds(10);
    private static final String INSTALL = "install PostgreSQL %d to %d, for example with 'apt-get install postgresql'"
            .formatted(PostgresVersion.OLDEST_MAJOR, PostgresVersion.NEWEST_MAJOR);

    /** Parent directory and name pattern of where distributions put the programs, and what to append. */
    private record Place(String parent, String pattern, String below) {}

    private static final List<Place> PLACES = List.of(
            new Place("/usr/lib/postgresql", "*", "bin"),
            new Place("/usr", "pgsql-*", "bin"),
            new Place("/usr/local", "pgsql*", "bin"),
            new Place("/opt", "{postgres,pgsql}*", "bin"),
            new Place("/opt/homebrew/opt", "postgresql*", "bin"),
            new Place("/usr/local/opt", "postgresql*", "bin"));

    public PostgresBinaries {
        tools = Set.copyOf(tools);
    }

    /**
     * Finds an installation: the given directory and no other, or else the newest supported one of {@code PATH} and of
     * the directories that distributions use.
     */
    public static PostgresBinaries find(Optional<Path> explicit) {
        if (explicit.isPresent()) {
            return inspectExplicit(explicit.get());
        }
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return newest(candidates(path, Path.of("/")));
    }

    /** Like {@link #find}, but fetches the bundle when nothing is given and nothing usable is installed. */
    public static PostgresBinaries findOrFetch(
            Optional<Path> explicit, PostgresBundle bundle, Consumer<String> progress) {
        if (explicit.isPresent()) {
            return find(explicit);
        }
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return newestOf(inspectAll(candidates(path, Path.of("/")))).orElseGet(() -> bundle.fetch(progress));
    }

    static PostgresBinaries newest(Set<Path> candidates) {
        List<PostgresBinaries> found = inspectAll(candidates);
        return newestOf(found).orElseThrow(() -> nothing(found));
    }

    private static Optional<PostgresBinaries> newestOf(List<PostgresBinaries> found) {
        return found.stream()
                .filter(binaries -> binaries.version.isSupported())
                .max(Comparator.comparing(PostgresBinaries::version));
    }

    private static List<PostgresBinaries> inspectAll(Set<Path> candidates) {
        List<PostgresBinaries> found = new ArrayList<>();
        for (Path candidate : candidates) {
            inspect(candidate).ifPresent(found::add);
        }
        return found;
    }

    private static PostgresProcessException nothing(List<PostgresBinaries> unsupported) {
        if (unsupported.isEmpty()) {
            return new PostgresProcessException(
                    "no PostgreSQL was found in PATH or in the usual directories; " + INSTALL);
        }
        String versions = unsupported.stream()
                .map(binaries -> "%s in %s".formatted(binaries.version, binaries.directory))
                .collect(java.util.stream.Collectors.joining(", "));
        return new PostgresProcessException(
                "only PostgreSQL %s was found, which is not supported; %s".formatted(versions, INSTALL));
    }

    private static PostgresBinaries inspectExplicit(Path given) {
        Path directory = Files.isDirectory(given.resolve("bin")) ? given.resolve("bin") : given;
        PostgresBinaries binaries = inspect(directory)
                .orElseThrow(() -> new PostgresProcessException(
                        "%s does not hold the programs 'postgres' and 'initdb'; give the bin directory of an installation"
                                .formatted(given)));
        if (!binaries.version.isSupported()) {
            throw nothing(List.of(binaries));
        }
        return binaries;
    }

    static Set<Path> candidates(String path, Path root) {
        Set<Path> candidates = new LinkedHashSet<>();
        for (String directory : path.split(":")) {
            if (!directory.isEmpty()) {
                candidates.add(Path.of(directory));
            }
        }
        for (Place place : PLACES) {
            Path parent = root.resolve(place.parent.substring(1));
            if (!Files.isDirectory(parent)) {
                continue;
            }
            try (DirectoryStream<Path> matches = Files.newDirectoryStream(parent, place.pattern)) {
                matches.forEach(match -> candidates.add(match.resolve(place.below)));
            } catch (IOException e) {
                // A directory that cannot be listed offers nothing.
            }
        }
        return candidates;
    }

    static Optional<PostgresBinaries> inspect(Path given) {
        Path directory = followLinks(given);
        Set<Tool> tools = EnumSet.noneOf(Tool.class);
        for (Tool tool : Tool.values()) {
            if (Files.isExecutable(directory.resolve(tool.fileName()))) {
                tools.add(tool);
            }
        }
        if (!tools.contains(Tool.POSTGRES) || !tools.contains(Tool.INITDB)) {
            return Optional.empty();
        }
        CommandRunner.Result result = CommandRunner.run(
                List.of(directory.resolve(Tool.POSTGRES.fileName()).toString(), "--version"), VERSION_TIMEOUT);
        return result.succeeded()
                ? Optional.of(new PostgresBinaries(directory, PostgresVersion.parse(result.output()), tools))
                : Optional.empty();
    }

    /** Links to some of the programs, as in /usr/local/bin, lead to where all of them are. */
    private static Path followLinks(Path directory) {
        try {
            return Durable.parentOf(directory.resolve(Tool.POSTGRES.fileName()).toRealPath());
        } catch (IOException e) {
            return directory;
        }
    }

    public boolean has(Tool tool) {
        return tools.contains(tool);
    }

    /** Path of a program, or throws saying what to install. */
    public Path path(Tool tool) {
        if (!has(tool)) {
            throw new PostgresProcessException("%s has no %s; install the complete PostgreSQL %d packages"
                    .formatted(directory, tool.fileName(), version.major()));
        }
        return directory.resolve(tool.fileName());
    }
}
