package io.howdah.gateway.balance;

import java.util.Locale;
import java.util.Optional;

/** How old an answer a session accepts from a replica. */
public enum Consistency {
    /** As old as the limits on lag allow. */
    EVENTUAL,
    /** Everything that the session itself has committed is seen. */
    SESSION,
    /** Everything that anybody has committed is seen: the primary answers. */
    STRICT;

    /** As in {@code SET howdah.consistency}; empty for other words. */
    public static Optional<Consistency> parse(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "eventual" -> Optional.of(EVENTUAL);
            case "session", "default" -> Optional.of(SESSION);
            case "strict" -> Optional.of(STRICT);
            default -> Optional.empty();
        };
    }
}
