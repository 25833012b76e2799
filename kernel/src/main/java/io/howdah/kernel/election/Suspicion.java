package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Term;
import java.util.Optional;

/**
 * Whether there is a leader, or an election that may bring one, that this node must not disturb. A node that has granted
 * a lease stays silent until it suspects; this bounds stale reads and is irrelevant for writes.
 */
final class Suspicion {
    /** Why a node feels free to elect; fast when there is proof rather than silence. */
    record Verdict(boolean fast, String reason) {}

    private final Workspace work;
    private Term term;
    private Optional<NodeId> whom = Optional.empty();
    private long sinceMillis;
    private long patienceMillis;
    private boolean begun;

    /** Whether the process of the one that was heard of has been gone since; it may be on its way back. */
    private boolean vanished;

    Suspicion(Workspace work) {
        this.work = work;
        this.term = work.promises.durable().term();
        this.patienceMillis = work.settings.suspectMillis();
    }

    /** Counts the start of the process as a sign of life: it may have granted a lease just before it stopped. */
    void begin() {
        vanished = vanished || whom.filter(work.peers::isRefused).isPresent();
        if (!begun) {
            begun = true;
            sinceMillis = work.now();
            whom = work.promises
                    .durable()
                    .acceptedLeader()
                    .filter(leader -> work.promises.durable().acceptedTerm().equals(term) && !leader.equals(work.self));
        }
    }

    /** A leader, or one who is about to become it, showed itself. */
    void contact(Term of, NodeId node, long patience) {
        if (of.isBefore(term) || of.isBefore(work.promises.latest().term())) {
            return;
        }
        boolean longer = of.isAfter(term) || work.now() + patience >= sinceMillis + patienceMillis;
        term = of;
        whom = Optional.of(node);
        vanished = false;
        if (longer) {
            sinceMillis = work.now();
            patienceMillis = patience;
        }
    }

    /** How long nothing has been heard of whoever leads or was about to. */
    long silentMillis() {
        return work.now() - sinceMillis;
    }

    /** Nothing is to be expected of the election that was waited for. */
    void abandon() {
        patienceMillis = 0;
    }

    Optional<Verdict> verdict() {
        if (work.ownRule()
                .filter(rule -> rule.members().size() == 1 && rule.members().contains(work.self))
                .isPresent()) {
            return Optional.of(new Verdict(true, "this is the only member"));
        }
        if (!work.resignedTerm().isBefore(term) && work.resignedTerm().isAfter(Term.ZERO)) {
            return Optional.of(new Verdict(true, "the leader of term " + work.resignedTerm() + " has resigned"));
        }
        boolean receiving = work.postgres().receiving();
        boolean gone = whom.filter(work.peers::isRefused).isPresent();
        if (gone && !receiving) {
            return Optional.of(new Verdict(true, "the process of " + whom.get() + " is gone and its stream has ended"));
        }
        if (!receiving && work.due(sinceMillis + patienceMillis)) {
            return Optional.of(new Verdict(false, silence()));
        }
        // A process that ended can be started again and find its office as it was. One that is silent has lost its
        // lease and serves nobody, so that waiting longer for it only costs time.
        long toleranceMillis = vanished ? work.settings.orphanMillis() : work.settings.suspectMillis();
        if (receiving && work.due(sinceMillis + Math.max(patienceMillis, toleranceMillis))) {
            return Optional.of(new Verdict(false, silence() + ", though the stream goes on"));
        }
        return Optional.empty();
    }

    String objection() {
        return whom.map(node -> node + " was heard of").orElse("a leader may still be there") + " " + silentMillis()
                + " ms ago";
    }

    private String silence() {
        return "nothing heard of " + whom.map(NodeId::toString).orElse("any leader") + " for " + silentMillis() + " ms";
    }
}
