package io.howdah.server.adoption;

import io.howdah.postgres.adoption.ServerFacts;
import io.howdah.server.configuration.KeptConfiguration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which settings of an adopted instance stay. Everything does, except what a node decides itself and what names files of
 * the old installation; where more is more, the greater of both values counts. Pure.
 *
 * @param kept by name, for all nodes
 * @param dropped by name, what they were
 */
record KeptSettings(SortedMap<String, String> kept, SortedMap<String, String> dropped) {
    static final KeptSettings NONE = new KeptSettings(new TreeMap<>(), new TreeMap<>());

    /** What Howdah needs at least; an instance that has more keeps it. */
    private static final Map<String, Integer> AT_LEAST =
            Map.of("max_connections", 200, "max_wal_senders", 12, "max_replication_slots", 12);

    static KeptSettings of(ServerFacts facts) {
        TreeMap<String, String> kept = new TreeMap<>();
        TreeMap<String, String> dropped = new TreeMap<>();
        facts.settings().forEach((name, value) -> {
            if (KeptConfiguration.isDecidedByNodes(name)) {
                dropped.put(name, value);
            } else if (AT_LEAST.containsKey(name)) {
                int least = AT_LEAST.getOrDefault(name, 0);
                kept.put(name, Integer.toString(Math.max(least, number(value))));
            } else {
                kept.put(name, value);
            }
        });
        // The log was written under these, and a standby that has less refuses to start (manual: hot-standby,
        // "Caveats").
        for (String name : List.of("max_worker_processes", "max_prepared_transactions", "max_locks_per_transaction")) {
            kept.put(name, facts.value(name));
        }
        kept.merge(
                "max_connections",
                Integer.toString(
                        Math.max(AT_LEAST.getOrDefault("max_connections", 0), number(facts.value("max_connections")))),
                (present, needed) -> present);
        if (facts.value("wal_level").equals("logical")) {
            kept.put("wal_level", "logical");
        } else {
            kept.remove("wal_level");
        }
        return new KeptSettings(kept, dropped);
    }

    private static int number(String value) {
        return value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : 0;
    }
}
