package io.howdah.server.configuration;

import java.util.List;
import java.util.Optional;

/**
 * Whether and what gateways cache, from the optional {@code cache} group of {@code howdah.yaml}. What is left out is decided by the
 * gateway.
 *
 * @param enabled nothing is cached unless it says so
 * @param memoryMegabytes how much the answers may take in each gateway
 * @param largestAnswerKilobytes longer answers are not kept
 * @param timeToLiveMillis for how long an answer may be given again
 * @param rules what is cached without a hint
 */
public record CacheConfiguration(
        boolean enabled,
        Optional<Integer> memoryMegabytes,
        Optional<Integer> largestAnswerKilobytes,
        Optional<Integer> timeToLiveMillis,
        List<Rule> rules) {
    public static final CacheConfiguration USUAL =
            new CacheConfiguration(false, Optional.empty(), Optional.empty(), Optional.empty(), List.of());

    public CacheConfiguration {
        rules = List.copyOf(rules);
    }

    /**
     * Caches statements of a role, in a database, or all whose database and role are left out.
     *
     * @param tables names separated by commas, with or without schema: only statements that read nothing else
     */
    public record Rule(
            Optional<String> database, Optional<String> role, List<String> tables, Optional<Integer> timeToLiveMillis) {
        public Rule {
            tables = List.copyOf(tables);
        }

        private static Rule read(MappingReader reader) {
            Rule rule = new Rule(
                    reader.optionalText("database"),
                    reader.optionalText("role"),
                    reader.optionalText("tables").map(Rule::split).orElse(List.of()),
                    positive(reader, "time_to_live_ms"));
            if (rule.database.isEmpty() && rule.role.isEmpty() && rule.tables.isEmpty()) {
                reader.problem("database", "or 'role' or 'tables' is needed: what is to be cached?");
            }
            return rule;
        }

        private static List<String> split(String text) {
            return List.of(text.strip().split("\\s*,\\s*"));
        }

        private void write(YamlText yaml) {
            String dash = "    - ";
            if (database.isPresent()) {
                yaml.line(dash + "database", database.get());
                dash = "      ";
            }
            if (role.isPresent()) {
                yaml.line(dash + "role", role.get());
                dash = "      ";
            }
            if (!tables.isEmpty()) {
                yaml.line(dash + "tables", String.join(", ", tables));
            }
            timeToLiveMillis.ifPresent(millis -> yaml.line("      time_to_live_ms", millis));
        }
    }

    static CacheConfiguration read(MappingReader reader) {
        return new CacheConfiguration(
                reader.has("enabled") && reader.flag("enabled"),
                positive(reader, "memory_mb"),
                positive(reader, "largest_answer_kb"),
                positive(reader, "time_to_live_ms"),
                reader.has("rules") ? reader.list("rules", Rule::read) : List.of());
    }

    private static Optional<Integer> positive(MappingReader reader, String key) {
        return reader.optionalValue(key, text -> {
            if (!text.matches("[1-9][0-9]{0,8}")) {
                throw new IllegalArgumentException("'%s' is not a whole number greater than 0".formatted(text));
            }
            return Integer.parseInt(text);
        });
    }

    /** Writes the group, unless it says nothing. */
    void write(YamlText yaml) {
        if (equals(USUAL)) {
            return;
        }
        yaml.open("cache").line("  enabled", enabled);
        memoryMegabytes.ifPresent(size -> yaml.line("  memory_mb", size));
        largestAnswerKilobytes.ifPresent(size -> yaml.line("  largest_answer_kb", size));
        timeToLiveMillis.ifPresent(millis -> yaml.line("  time_to_live_ms", millis));
        if (!rules.isEmpty()) {
            yaml.open("  rules");
            rules.forEach(rule -> rule.write(yaml));
        }
    }
}
