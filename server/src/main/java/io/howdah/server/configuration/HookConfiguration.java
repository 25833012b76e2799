package io.howdah.server.configuration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which programs each node runs when something happens to its PostgreSQL: {@code hooks.yaml} beside {@code howdah.yaml}, which is
 * read anew for every event.
 *
 * @param programs absolute paths
 * @param limit after which a program is killed
 */
public record HookConfiguration(Map<Event, Path> programs, Duration limit) {
    private static final String FILE = "hooks.yaml";
    private static final String HINT = "correct the file; it is read again for the next event";
    private static final long USUAL_SECONDS = 30;

    /** What a program can be run for. */
    public enum Event {
        ON_ROLE_CHANGE,
        ON_START,
        ON_STOP,
        ON_RESTART;

        /** As it stands in the file, and as the program is told. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public HookConfiguration {
        programs = Map.copyOf(programs);
    }

    /** @throws ConfigurationException with everything that is wrong with the file; a missing one asks for nothing */
    public static HookConfiguration read(Path clusterDirectory) {
        Path file = clusterDirectory.resolve(FILE);
        Map<Event, Path> programs = new EnumMap<>(Event.class);
        if (!Files.exists(file)) {
            return new HookConfiguration(programs, Duration.ofSeconds(USUAL_SECONDS));
        }
        List<ConfigurationProblem> problems = new ArrayList<>();
        MappingReader reader = new MappingReader(YamlDocument.read(file, HINT), problems);
        for (Event event : Event.values()) {
            Optional<Path> program = reader.optionalText(event.word()).map(Path::of);
            if (program.isPresent() && !(program.get().isAbsolute() && Files.isExecutable(program.get()))) {
                reader.problem(event.word(), "is not the absolute path of a program that can be run");
            }
            program.ifPresent(path -> programs.put(event, path));
        }
        long seconds = reader.optionalNumber("limit_seconds").orElse(USUAL_SECONDS);
        reader.finish();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(file, problems, HINT);
        }
        return new HookConfiguration(programs, Duration.ofSeconds(seconds));
    }
}
