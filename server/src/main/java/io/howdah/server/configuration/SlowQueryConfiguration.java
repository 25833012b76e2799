package io.howdah.server.configuration;

import java.util.List;
import java.util.Optional;

/**
 * Which requests gateways log because they took long, from the optional group {@code slow_queries} in {@code serving}.
 *
 * @param thresholdMillis absent for none
 * @param json whether lines are JSON documents
 * @param wholeText whether they hold the text with its constants
 * @param perSecond how many lines a second at most
 * @param exceptions other durations for databases and roles
 */
public record SlowQueryConfiguration(
        Optional<Integer> thresholdMillis,
        boolean json,
        boolean wholeText,
        Optional<Integer> perSecond,
        List<Exemption> exceptions) {
    public static final SlowQueryConfiguration USUAL =
            new SlowQueryConfiguration(Optional.empty(), false, false, Optional.empty(), List.of());

    public SlowQueryConfiguration {
        exceptions = List.copyOf(exceptions);
    }

    /** Another duration for a database, a role, or a role in a database; absent for none. */
    public record Exemption(Optional<String> database, Optional<String> role, Optional<Integer> thresholdMillis) {
        private static Exemption read(MappingReader reader) {
            Optional<String> database = reader.optionalText("database");
            Optional<String> role = reader.optionalText("role");
            if (database.isEmpty() && role.isEmpty()) {
                reader.problem("role", "or 'database' is needed: for whom is the exception?");
            }
            return new Exemption(database, role, ServingConfiguration.number(reader, "threshold_ms", 0));
        }

        private void write(YamlText yaml) {
            String dash = "      - ";
            if (database.isPresent()) {
                yaml.line(dash + "database", database.get());
                dash = "        ";
            }
            if (role.isPresent()) {
                yaml.line(dash + "role", role.get());
            }
            thresholdMillis.ifPresent(millis -> yaml.line("        threshold_ms", millis));
        }
    }

    static SlowQueryConfiguration read(MappingReader reader) {
        return new SlowQueryConfiguration(
                ServingConfiguration.number(reader, "threshold_ms", 0),
                choice(reader, "format", "line", "json"),
                choice(reader, "text", "shape", "whole"),
                ServingConfiguration.number(reader, "per_second", 1),
                reader.has("exceptions") ? reader.list("exceptions", Exemption::read) : List.of());
    }

    /** Whether the second of two words is there; the first is usual. */
    private static boolean choice(MappingReader reader, String key, String usual, String other) {
        return reader.optionalValue(key, text -> {
                    if (!text.equals(usual) && !text.equals(other)) {
                        throw new IllegalArgumentException("'%s' should be %s or %s".formatted(text, usual, other));
                    }
                    return text.equals(other);
                })
                .orElse(false);
    }

    /** Writes the group, unless it says nothing. */
    void write(YamlText yaml) {
        if (equals(USUAL)) {
            return;
        }
        yaml.open("  slow_queries");
        thresholdMillis.ifPresent(ServingConfiguration.number(yaml, "  threshold_ms"));
        yaml.line("    format", json ? "json" : "line");
        yaml.line("    text", wholeText ? "whole" : "shape");
        perSecond.ifPresent(ServingConfiguration.number(yaml, "  per_second"));
        if (!exceptions.isEmpty()) {
            yaml.open("    exceptions");
            exceptions.forEach(exception -> exception.write(yaml));
        }
    }
}
