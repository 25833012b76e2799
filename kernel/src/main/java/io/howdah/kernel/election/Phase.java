package io.howdah.kernel.election;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import java.util.Optional;

/** What a node knows only while it stands in one phase; {@link ElectionPhase} explains the phases. */
sealed interface Phase {
    /** The public name of this phase. */
    ElectionPhase name();

    record Starting() implements Phase {
        @Override
        public ElectionPhase name() {
            return ElectionPhase.STARTING;
        }
    }

    record Waiting(String why) implements Phase {
        @Override
        public ElectionPhase name() {
            return ElectionPhase.WAITING;
        }
    }

    /** How far following has come. A node that has not promised the leader's term leaves the old leader first. */
    enum FollowStep {
        QUIESCING,
        PROMISING,
        ASKED,
        JOINED,
        FAILED
    }

    record Following(Leadership leadership, FollowStep step, long sinceMillis) implements Phase {
        @Override
        public ElectionPhase name() {
            return ElectionPhase.FOLLOWING;
        }

        Following at(FollowStep next, long nowMillis) {
            return new Following(leadership, next, nowMillis);
        }
    }

    /** The order of the steps is what makes a promise safe: first nothing more is received, then it is sworn. */
    enum RecruitStep {
        QUIESCING,
        PROMISING,
        PROMISED
    }

    record Recruited(Recruitment recruitment, RecruitStep step) implements Phase {
        @Override
        public ElectionPhase name() {
            return ElectionPhase.RECRUITED;
        }

        Recruited at(RecruitStep next) {
            return new Recruited(recruitment, next);
        }
    }

    record Promoting(Rule rule, long deadlineMillis) implements Phase {
        @Override
        public ElectionPhase name() {
            return ElectionPhase.PROMOTING;
        }
    }

    /** Waits for the barrier; committed holds its position once COMMIT has returned. */
    record Confirming(Leadership leadership, Rule rule, Optional<Lsn> committed, long deadlineMillis) implements Phase {
        @Override
        public ElectionPhase name() {
            return ElectionPhase.CONFIRMING;
        }
    }

    record Leading(Leadership leadership, Rule rule) implements Phase {
        @Override
        public ElectionPhase name() {
            return ElectionPhase.LEADING;
        }
    }

    record HandingOver(Term term, NodeId target, long token) implements Phase {
        @Override
        public ElectionPhase name() {
            return ElectionPhase.HANDING_OVER;
        }
    }

    record SteppingDown(String why) implements Phase {
        @Override
        public ElectionPhase name() {
            return ElectionPhase.STEPPING_DOWN;
        }
    }

    /** How far following a remote primary has come. */
    enum RemoteStep {
        /** Looks who else is there before it decides anything. */
        LOOKING,
        ASKED,
        JOINED,
        FAILED
    }

    /**
     * In a standby cluster.
     *
     * @param through the node of this cluster that it receives from; empty for the remote primary itself
     */
    record Remote(Optional<NodeId> through, RemoteStep step, long sinceMillis) implements Phase {
        @Override
        public ElectionPhase name() {
            return ElectionPhase.REMOTE;
        }

        Remote at(RemoteStep next, long nowMillis) {
            return new Remote(through, next, nowMillis);
        }
    }

    record Failed(String why) implements Phase {
        @Override
        public ElectionPhase name() {
            return ElectionPhase.FAILED;
        }
    }
}
