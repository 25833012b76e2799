package io.howdah.postgres.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Has PostgreSQL itself read a configuration before anything relies on it, by {@code postgres -C} (manual: "postgres"). The
 * server that may run is not touched. One thread at a time.
 */
public final class ConfigurationCheck {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern COMPLAINT = Pattern.compile("(LOG|WARNING|ERROR|FATAL|DETAIL|HINT):\\s+(.*)");
    private static final Pattern PLACE = Pattern.compile(" in file \"[^\"]*\" line \\d+");

    private final PostgresBinaries binaries;
    private final UnprivilegedUser user;
    private final DataDirectory data;
    private final ServerConfiguration configuration;

    public ConfigurationCheck(
            PostgresBinaries binaries, UnprivilegedUser user, DataDirectory data, ServerConfiguration configuration) {
        this.binaries = binaries;
        this.user = user;
        this.data = data;
        this.configuration = configuration;
    }

    /**
     * Reads a configuration with these settings in place of the present ones.
     *
     * @param wanted the parameters whose values are asked for
     * @return their values in PostgreSQL's own units
     * @throws PostgresProcessException with PostgreSQL's words when it would not start with these settings
     */
    public List<String> read(Map<String, String> overrides, List<String> wanted) {
        Path candidate = configuration.writeCandidate(overrides, binaries.version());
        List<String> values = new ArrayList<>();
        for (String name : wanted) {
            values.add(value(candidate, name));
        }
        return values;
    }

    /**
     * Starts a server of its own with these settings in place of the present ones.
     *
     * @throws PostgresProcessException with PostgreSQL's words when it does not start
     */
    public void tryOut(Map<String, String> overrides) {
        Path candidate = configuration.writeCandidate(overrides, binaries.version());
        Path directory = configuration.settings().directory().resolve("trial");
        new TrialStart(binaries, user, directory).run(candidate, configuration.hbaFile(), data.path(), overrides);
    }

    /** The names whose values differ from those in effect since the last reload or start. */
    public Set<String> changes(Map<String, String> overrides) {
        Map<String, String> present = configuration.settings().overrides();
        Set<String> names = new TreeSet<>(present.keySet());
        names.addAll(overrides.keySet());
        names.removeIf(name -> Objects.equals(present.get(name), overrides.get(name)));
        return names;
    }

    private String value(Path file, String name) {
        CommandRunner.Result result = CommandRunner.run(
                user.wrap(List.of(
                        binaries.path(Tool.POSTGRES).toString(),
                        "-D",
                        data.path().toString(),
                        "-C",
                        name,
                        "-c",
                        "config_file=" + file,
                        "-c",
                        "hba_file=" + configuration.hbaFile())),
                LIMIT);
        if (!result.succeeded()) {
            throw new PostgresProcessException(complaint(result.output()));
        }
        return result.output().lines().reduce("", (before, line) -> line).strip();
    }

    /** What PostgreSQL says, without times, places and what follows from the rest. */
    static String complaint(String output) {
        List<String> mild = new ArrayList<>();
        List<String> fatal = new ArrayList<>();
        for (String line : output.lines().toList()) {
            Matcher matcher = COMPLAINT.matcher(line);
            if (matcher.find() && !matcher.group(2).contains("contains errors")) {
                String text = PLACE.matcher(matcher.group(2)).replaceAll("");
                (matcher.group(1).matches("FATAL|ERROR") ? fatal : mild).add(text);
            }
        }
        // A wrong value is logged, and what is fatal then is only that there was one.
        List<String> words = fatal.isEmpty() ? mild : fatal;
        return words.isEmpty() ? output.strip() : String.join("; ", words);
    }
}
