package io.howdah.gateway.classify;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * What is to be known of a statement before it is sent. There is one object for each combination, so that judging allocates nothing.
 *
 * @param hint what the comment in front of it asks for
 */
public record Judgment(Reason reason, Hint hint) {
    private static final Map<Reason, Map<Hint, Judgment>> ALL = all();

    static Judgment of(Reason reason, Hint hint) {
        return Objects.requireNonNull(Objects.requireNonNull(ALL.get(reason)).get(hint));
    }

    /** For what cannot be judged. */
    public static Judgment unreadable() {
        return of(Reason.UNREADABLE, Hint.NONE);
    }

    /** For what asks nothing of its own. */
    public static Judgment read() {
        return of(Reason.READ, Hint.NONE);
    }

    public Access access() {
        return reason.access();
    }

    private static Map<Reason, Map<Hint, Judgment>> all() {
        Map<Reason, Map<Hint, Judgment>> all = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            Map<Hint, Judgment> ofReason = new EnumMap<>(Hint.class);
            for (Hint hint : Hint.values()) {
                ofReason.put(hint, new Judgment(reason, hint));
            }
            all.put(reason, ofReason);
        }
        return all;
    }
}
