package io.howdah.gateway.balance;

import java.util.Locale;
import java.util.Optional;

/** Where a session wants its statements. */
public enum RouteWish {
    /** Reads to replicas, all else to the primary. */
    AUTO,
    PRIMARY,
    /** To a replica of any age whatever may be a read, although the gateway cannot be sure. */
    REPLICA;

    /** As in {@code SET howdah.route}; empty for other words. */
    public static Optional<RouteWish> parse(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "auto", "default" -> Optional.of(AUTO);
            case "primary" -> Optional.of(PRIMARY);
            case "replica" -> Optional.of(REPLICA);
            default -> Optional.empty();
        };
    }
}
