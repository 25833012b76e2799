package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Term;
import java.util.Optional;

/**
 * How a node came to lead: for the history, once its gate is open.
 *
 * @param from the leader before, if the newest rule named one
 * @param to the new leader
 * @param promotedMillis from the order to lead until PostgreSQL had left recovery
 * @param confirmedMillis from then until a majority held the first row of the term
 * @param openedMillis from then until clients were let in
 */
public record Accession(
        Term term,
        Cause cause,
        Optional<NodeId> from,
        NodeId to,
        long promotedMillis,
        long confirmedMillis,
        long openedMillis) {
    /** How long nothing could be written, as far as the nodes can tell; messages on their way are not counted. */
    public long outageMillis() {
        return cause.heldMillis()
                + cause.detectedMillis()
                + cause.electedMillis()
                + promotedMillis
                + confirmedMillis
                + openedMillis;
    }

    /** While the new leader is not in office yet. */
    static final class Watch {
        private final Term term;
        private final Cause cause;
        private final Optional<NodeId> from;
        private final NodeId to;
        private final long orderedAtMillis;
        private long promotedAtMillis;
        private long confirmedAtMillis;

        Watch(Term term, Cause cause, Optional<NodeId> from, NodeId to, long nowMillis) {
            this.term = term;
            this.cause = cause;
            this.from = from;
            this.to = to;
            this.orderedAtMillis = nowMillis;
        }

        void promoted(long nowMillis) {
            promotedAtMillis = nowMillis;
        }

        void confirmed(long nowMillis) {
            confirmedAtMillis = nowMillis;
        }

        Accession opened(long nowMillis) {
            return new Accession(
                    term,
                    cause,
                    from,
                    to,
                    promotedAtMillis - orderedAtMillis,
                    confirmedAtMillis - promotedAtMillis,
                    nowMillis - confirmedAtMillis);
        }
    }
}
