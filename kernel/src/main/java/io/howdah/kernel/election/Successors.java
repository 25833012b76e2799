package io.howdah.kernel.election;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Rule;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Who could take over from this leader, as far as it knows. Changes nothing. */
final class Successors {
    private final Workspace work;

    Successors(Workspace work) {
        this.work = work;
    }

    /** Every node, this one included. */
    List<Candidacy> all(Rule rule, Map<NodeId, Lsn> flushed) {
        return work.everybody().stream().map(node -> of(node, rule, flushed)).toList();
    }

    Candidacy of(NodeId node, Rule rule, Map<NodeId, Lsn> flushed) {
        Optional<Lsn> confirmed = Optional.ofNullable(flushed.get(node));
        Optional<Message.Status> said = work.peers.status(node);
        boolean follows = said.flatMap(Message.Status::following)
                .filter(rule.term()::equals)
                .isPresent();
        return Candidacy.judge(new Candidacy.Facts(
                node,
                work.everybody().contains(node),
                node.equals(work.self),
                rule.members().contains(node),
                work.tags(node),
                work.peers.isHeardSince(node, work.now() - 2 * work.settings.statusMillis()),
                follows && confirmed.isPresent(),
                Candidacy.unflushed(work.postgres().position().map(Position::lsn), confirmed),
                said.map(Message.Status::condition).orElse(Condition.SOUND),
                work.settings.joinLagBytes()));
    }

    /** The best of those against whom nothing speaks. */
    Optional<NodeId> best(Rule rule, Map<NodeId, Lsn> flushed) {
        return best(rule, flushed, Candidacy::mayLead);
    }

    /** The best of those who could lead at all, for a leader that must not stay one. */
    Optional<NodeId> bestAtAnyDelay(Rule rule, Map<NodeId, Lsn> flushed) {
        return best(rule, flushed, Candidacy::couldLead);
    }

    private Optional<NodeId> best(Rule rule, Map<NodeId, Lsn> flushed, Predicate<Candidacy> acceptable) {
        return all(rule, flushed).stream()
                .filter(acceptable)
                .max(Comparator.comparing(Candidacy::mayLead)
                        .thenComparing(candidacy -> candidacy.isClose(work.settings.joinLagBytes()))
                        .thenComparingInt(
                                candidacy -> work.tags(candidacy.node()).priority())
                        .thenComparing(candidacy -> flushed.getOrDefault(candidacy.node(), Lsn.ZERO))
                        .thenComparing(Candidacy::node, Comparator.reverseOrder()))
                .map(Candidacy::node);
    }

    /** What to tell somebody who named nobody, when nobody will do. */
    String whyNobody(Rule rule, Map<NodeId, Lsn> flushed) {
        List<String> reasons = all(rule, flushed).stream()
                .filter(candidacy -> !candidacy.node().equals(work.self))
                .flatMap(candidacy -> candidacy.words().stream())
                .toList();
        return reasons.isEmpty() ? "there is no other node" : "nobody may take over: " + String.join("; ", reasons);
    }
}
