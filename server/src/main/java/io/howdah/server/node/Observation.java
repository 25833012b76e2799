package io.howdah.server.node;

import io.howdah.kernel.election.Input;
import io.howdah.kernel.election.PostgresState;
import io.howdah.kernel.model.Lsn;
import java.util.List;
import java.util.Optional;

/**
 * One look at the local PostgreSQL.
 *
 * @param local what the core is told
 * @param flushed on a primary, how far each standby has confirmed
 * @param replayed how far a standby shows what it received
 * @param pendingRestart the settings that wait for a restart
 * @param processId of the postmaster, 0 while there is none
 */
record Observation(
        Input.LocalPostgres local,
        Optional<Input.FlushProgress> flushed,
        Optional<Lsn> replayed,
        List<String> pendingRestart,
        long processId) {
    static Observation without(PostgresState state) {
        return new Observation(
                new Input.LocalPostgres(
                        state, Optional.empty(), Optional.empty(), false, Optional.empty(), Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                0);
    }

    /** The same, but it will soon be of no use. */
    Observation ailing(String how) {
        return new Observation(local.ailing(how), flushed, replayed, pendingRestart, processId);
    }
}
