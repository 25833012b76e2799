package io.howdah.server.node;

import io.howdah.kernel.election.Leadership;
import java.util.Optional;

/**
 * Counts how often PostgreSQL was told in vain to stream from one leader. After a few times it had better be started anew:
 * a package update that replaced its libraries, for one, keeps a running standby from ever connecting again. Confined to
 * the instance lane.
 */
final class VainFollows {
    private static final int RESTART_AFTER = 3;

    private Optional<Leadership> told = Optional.empty();
    private int times;

    /** Whether it was told to stream from this leader last. */
    boolean isKnown(Leadership leadership) {
        return told.equals(Optional.of(leadership));
    }

    /** It is told for the first time. */
    void begin(Leadership leadership) {
        told = Optional.of(leadership);
        times = 0;
    }

    /**
     * To be called whenever else it is told to stream.
     *
     * @return whether it should be restarted first
     */
    boolean restartIsDue(Leadership leadership, boolean streams) {
        if (streams || !told.equals(Optional.of(leadership))) {
            begin(leadership);
            return false;
        }
        times++;
        return times % RESTART_AFTER == 0;
    }
}
