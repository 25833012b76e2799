package io.howdah.kernel.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A logical replication slot of one server, and what a failover would mean for it. */
public record LogicalSlot(String name, Fate fate) {
    /** What is known of it where it was seen. */
    public enum Fate {
        /** On a primary whose version cannot carry slots over. */
        UNSUPPORTED,
        /** On a primary that could, but whoever made the slot did not ask for it. */
        UNMARKED,
        /** On a primary, and to be carried over by standbys that have a usable copy. */
        MARKED,
        /** On a standby: a copy that can be used after a promotion. */
        SYNCED,
        /** On a standby: a copy that is not ready, or was invalidated. */
        UNREADY
    }

    /** All of them in one line. */
    public static String toText(List<LogicalSlot> slots) {
        return slots.stream()
                .map(slot -> slot.name + "=" + slot.fate.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
    }

    /** What {@link #toText} wrote. */
    public static List<LogicalSlot> parse(String text) {
        return Arrays.stream(text.split(" "))
                .filter(word -> !word.isEmpty())
                .map(word -> word.split("=", 2))
                .map(pair ->
                        new LogicalSlot(pair[0], Fate.valueOf(pair.length > 1 ? pair[1].toUpperCase(Locale.ROOT) : "")))
                .toList();
    }
}
