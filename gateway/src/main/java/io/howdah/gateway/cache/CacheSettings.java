package io.howdah.gateway.cache;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How the cache works.
 *
 * @param memoryBytes how much all answers together may take
 * @param largestAnswerBytes longer answers are not kept
 * @param timeToLive for how long an answer may be given again, unless a hint or a rule says otherwise
 * @param staleAfter when the newest news of the log are older than this, nothing comes from the cache
 * @param waitsForUnflushed commits may be acknowledged before they are in the log that others get (synchronous_commit = off)
 * @param rules what is cached without a hint; the first that fits counts
 */
public record CacheSettings(
        long memoryBytes,
        int largestAnswerBytes,
        Duration timeToLive,
        Duration staleAfter,
        boolean waitsForUnflushed,
        List<Rule> rules) {
    public static final CacheSettings USUAL =
            new CacheSettings(64L << 20, 400 << 10, Duration.ofMinutes(1), Duration.ofSeconds(1), false, List.of());

    public CacheSettings {
        rules = List.copyOf(rules);
        if (memoryBytes < 1 || largestAnswerBytes < 1 || !timeToLive.isPositive() || !staleAfter.isPositive()) {
            throw new IllegalArgumentException("sizes and times of the cache must be greater than 0");
        }
    }

    /**
     * Caches what it fits on.
     *
     * @param database empty for all
     * @param role empty for all
     * @param tables names, with or without schema: statements that read nothing else; empty for all statements
     * @param timeToLive empty for the usual time
     */
    public record Rule(
            Optional<String> database, Optional<String> role, Set<String> tables, Optional<Duration> timeToLive) {
        public Rule {
            tables = Set.copyOf(tables);
        }

        boolean concerns(String ofDatabase, String ofRole) {
            return database.orElse(ofDatabase).equals(ofDatabase)
                    && role.orElse(ofRole).equals(ofRole);
        }

        /** @param titles {@code schema.table} of all that a statement reads */
        boolean covers(Set<String> titles) {
            return tables.isEmpty() || (!titles.isEmpty() && titles.stream().allMatch(this::names));
        }

        private boolean names(String title) {
            return tables.contains(title) || tables.contains(title.substring(title.indexOf('.') + 1));
        }
    }
}
