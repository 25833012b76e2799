package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The leader's right to serve reads: a majority has said, not long ago, that it would not help anybody else. */
final class Lease {
    private final Workspace work;
    private final Map<NodeId, Long> grantedAt = new HashMap<>();
    private Term term = Term.ZERO;
    private long askAtMillis;

    Lease(Workspace work) {
        this.work = work;
    }

    void begin(Term of) {
        term = of;
        grantedAt.clear();
        askAtMillis = work.now();
    }

    /** Asks also those who may become members soon: the change must not leave the leader without their word. */
    void settle() {
        if (work.due(askAtMillis)) {
            askAtMillis = work.now() + work.settings.statusMillis();
            work.broadcast(new Message.LeaseRequest(term, work.now()));
            work.due(askAtMillis);
        }
    }

    /** Whether this node's word counts at this moment. */
    boolean isGrantedBy(NodeId node) {
        Long at = grantedAt.get(node);
        return at != null && work.now() < at + work.settings.leaseMillis();
    }

    void onGrant(NodeId from, Message.LeaseGrant grant) {
        if (grant.term().equals(term) && grant.sentAtMillis() <= work.now()) {
            grantedAt.merge(from, grant.sentAtMillis(), Math::max);
        }
    }

    /** Until when a majority of the members stands behind this leader. */
    long untilMillis(Rule rule) {
        int needed = rule.requiredStandbys();
        if (needed == 0) {
            return Long.MAX_VALUE;
        }
        List<Long> sent = new ArrayList<>();
        for (NodeId member : rule.members()) {
            Long at = grantedAt.get(member);
            if (at != null && !member.equals(work.self)) {
                sent.add(at);
            }
        }
        if (sent.size() < needed) {
            return Long.MIN_VALUE;
        }
        sent.sort(Collections.reverseOrder());
        return sent.get(needed - 1) + work.settings.leaseMillis();
    }
}
