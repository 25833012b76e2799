package io.howdah.postgres.process;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Whose confirmation a commit waits for: any {@code required} of the names.
 *
 * @param required how many must confirm; 0 together with no names means that commits wait for nobody
 * @param names application names of standbys, see {@link io.howdah.kernel.quorum.StandbyName}
 */
public record SynchronousStandbys(int required, List<String> names) {
    /** Commits wait for nobody: right for a cluster of one, and for nothing else. */
    public static final SynchronousStandbys NOBODY = new SynchronousStandbys(0, List.of());

    /**
     * Commits wait for a standby that cannot exist: the setting of every standby. PostgreSQL 14 to 18 lets commits pass
     * until its checkpointer has noticed that the setting is no longer empty; a standby that never had it empty has no
     * such window after its promotion.
     */
    public static final SynchronousStandbys NEVER = new SynchronousStandbys(1, List.of("nobody.t0"));

    public SynchronousStandbys {
        names = List.copyOf(names);
        if (required < 0 || required > names.size() || (required == 0 && !names.isEmpty())) {
            throw new IllegalArgumentException("%d of %s cannot confirm a commit".formatted(required, names));
        }
        if (names.stream().anyMatch(name -> name.indexOf('"') >= 0 || name.indexOf('\'') >= 0)) {
            throw new IllegalArgumentException("standby names with quotes: " + names);
        }
    }

    /** The value of synchronous_standby_names. */
    public String toSetting() {
        return names.isEmpty()
                ? ""
                : names.stream()
                        .map(name -> '"' + name + '"')
                        .collect(Collectors.joining(",", "ANY " + required + " (", ")"));
    }
}
