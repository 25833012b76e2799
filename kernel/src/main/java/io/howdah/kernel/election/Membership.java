package io.howdah.kernel.election;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.quorum.Quorum;
import io.howdah.kernel.quorum.QuorumSetting;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The leader's changes to the members: one node at a time, and none before the last one is held by a majority of the
 * members before and of those after it. While a change is under way commits wait for a majority of both.
 */
final class Membership {
    /** Where a change stands. */
    private sealed interface Stage {}

    private record Steady() implements Stage {}

    private record Raising(Rule before, Rule after, Optional<String> request) implements Stage {}

    private record Writing(Rule before, Rule after, Optional<String> request, Optional<Lsn> committed)
            implements Stage {}

    private record Settling(Rule after, Optional<String> request) implements Stage {}

    private final Workspace work;
    private final Lease lease;
    private Stage stage = new Steady();

    Membership(Workspace work, Lease lease) {
        this.work = work;
        this.lease = lease;
    }

    /** A leader that came back beside its primary does not know which setting it left there, and sets it anew. */
    void begin(Rule rule, boolean resumed) {
        stage = resumed ? new Settling(rule, Optional.empty()) : new Steady();
        if (resumed) {
            work.emit(new Effect.ApplyQuorum(rule.term(), QuorumSetting.of(rule)));
        }
    }

    /** The fate of a change under way is left to the next leader: the newest rule in its log decides. */
    void abandon(String why) {
        Optional<String> request = switch (stage) {
            case Steady s -> Optional.empty();
            case Raising raising -> raising.request();
            case Writing writing -> writing.request();
            case Settling settling -> settling.request();
        };
        request.ifPresent(id -> work.emit(new Effect.ReportRemoval(id, false, why)));
        stage = new Steady();
    }

    boolean isWriting() {
        return stage instanceof Writing;
    }

    void onRemove(Input.RemoveMember asked, Map<NodeId, Lsn> flushed) {
        Optional<String> objection = objectionToRemoval(asked.node(), flushed);
        if (objection.isPresent()) {
            work.emit(new Effect.ReportRemoval(asked.request(), false, objection.get()));
            return;
        }
        work.unwanted.add(asked.node());
        Phase.Leading leading = (Phase.Leading) work.phases.current();
        if (!leading.rule().members().contains(asked.node())) {
            work.emit(new Effect.ReportRemoval(asked.request(), true, asked.node() + " is no member"));
            return;
        }
        TreeSet<NodeId> members = new TreeSet<>(leading.rule().members());
        members.remove(asked.node());
        start(leading.rule(), members, Optional.of(asked.request()));
    }

    private Optional<String> objectionToRemoval(NodeId node, Map<NodeId, Lsn> flushed) {
        if (!(work.phases.current() instanceof Phase.Leading leading)) {
            return Optional.of(work.self + " does not lead; ask the leader");
        }
        if (node.equals(work.self)) {
            return Optional.of(node + " leads; switch over to another node first");
        }
        if (!(stage instanceof Steady)) {
            return Optional.of("another change of the members is under way; try again when it is done");
        }
        Rule rule = leading.rule();
        TreeSet<NodeId> streaming = new TreeSet<>(flushed.keySet());
        streaming.add(work.self);
        TreeSet<NodeId> rest = new TreeSet<>(rule.members());
        rest.remove(node);
        if (rule.members().contains(node)
                && (!Quorum.isMajority(streaming, rest) || !Quorum.isMajority(streaming, rule.members()))) {
            return Optional.of(tooFew(node, rest, streaming));
        }
        return Optional.empty();
    }

    private static String tooFew(NodeId leaving, SortedSet<NodeId> rest, SortedSet<NodeId> streaming) {
        TreeSet<NodeId> up = new TreeSet<>(rest);
        up.retainAll(streaming);
        TreeSet<NodeId> missing = new TreeSet<>(rest);
        missing.removeAll(streaming);
        return "without %s the members would be %s, of which only %s %s up: %s %s not stream"
                .formatted(
                        leaving,
                        names(rest),
                        names(up),
                        up.size() == 1 ? "is" : "are",
                        missing.isEmpty() ? leaving : names(missing),
                        missing.size() > 1 ? "do" : "does");
    }

    private static String names(SortedSet<NodeId> nodes) {
        return nodes.stream().map(NodeId::value).collect(Collectors.joining(", "));
    }

    void settle(Phase.Leading leading, Map<NodeId, Lsn> flushed) {
        switch (stage) {
            case Steady s -> addNext(leading.rule(), flushed);
            case Raising r -> {}
            case Writing writing -> {
                if (writing.committed().isPresent()
                        && Quorum.isHeld(
                                writing.committed().get(),
                                work.self,
                                writing.before().members(),
                                flushed)
                        && Quorum.isHeld(
                                writing.committed().get(),
                                work.self,
                                writing.after().members(),
                                flushed)) {
                    finishWriting(writing);
                }
            }
            case Settling s -> {}
        }
    }

    private void addNext(Rule rule, Map<NodeId, Lsn> flushed) {
        Optional<Lsn> end = work.postgres().position().map(Position::lsn);
        if (end.isEmpty()) {
            return;
        }
        work.configured.stream()
                .filter(node -> !rule.members().contains(node) && !work.unwanted.contains(node))
                .filter(node -> flushed.containsKey(node)
                        && end.get().bytesAheadOf(flushed.get(node)) < work.settings.joinLagBytes())
                .filter(node -> work.peers.isHeardSince(node, work.now() - work.settings.suspectMillis()))
                .filter(lease::isGrantedBy)
                .filter(node -> work.peers
                        .status(node)
                        .flatMap(Message.Status::following)
                        .filter(rule.term()::equals)
                        .isPresent())
                .findFirst()
                .ifPresent(node -> {
                    TreeSet<NodeId> members = new TreeSet<>(rule.members());
                    members.add(node);
                    start(rule, members, Optional.empty());
                });
    }

    private void start(Rule before, SortedSet<NodeId> members, Optional<String> request) {
        Rule after = before.withMembers(members);
        work.note("changes the members from " + before.members() + " to " + after.members());
        QuorumSetting during = Quorum.duringChange(before, after);
        if (during.equals(QuorumSetting.of(before))) {
            write(before, after, request);
        } else {
            stage = new Raising(before, after, request);
            work.emit(new Effect.ApplyQuorum(before.term(), during));
        }
    }

    private void write(Rule before, Rule after, Optional<String> request) {
        stage = new Writing(before, after, request, Optional.empty());
        // From here on the new rule is in this node's log, acknowledged or not: it counts.
        work.ownRule(Optional.of(after));
        if (work.phases.current() instanceof Phase.Leading leading) {
            work.phases.move(new Phase.Leading(leading.leadership(), after));
        }
        work.emit(new Effect.WriteRule(after, change(before.members(), after.members())));
    }

    private static String change(SortedSet<NodeId> before, SortedSet<NodeId> after) {
        TreeSet<NodeId> added = new TreeSet<>(after);
        added.removeAll(before);
        TreeSet<NodeId> removed = new TreeSet<>(before);
        removed.removeAll(after);
        return added.isEmpty() ? names(removed) + " is no member any more" : names(added) + " became a member";
    }

    void onQuorumApplied(Input.QuorumApplied done) {
        switch (stage) {
            case Raising raising
            when done.term().equals(raising.before().term())
                    && done.setting().equals(QuorumSetting.of(raising.after())) ->
                write(raising.before(), raising.after(), raising.request());
            case Settling settling
            when done.term().equals(settling.after().term())
                    && done.setting().equals(QuorumSetting.of(settling.after())) ->
                finish(settling.after(), settling.request());
            case Steady s -> {}
            case Raising r -> {}
            case Writing w -> {}
            case Settling s -> {}
        }
    }

    void onRuleCommitted(Input.RuleCommitted done) {
        if (stage instanceof Writing writing && writing.after().equals(done.rule())) {
            stage = new Writing(writing.before(), writing.after(), writing.request(), Optional.of(done.lsn()));
        }
    }

    private void finishWriting(Writing writing) {
        QuorumSetting during = Quorum.duringChange(writing.before(), writing.after());
        QuorumSetting settled = QuorumSetting.of(writing.after());
        if (during.equals(settled)) {
            finish(writing.after(), writing.request());
        } else {
            stage = new Settling(writing.after(), writing.request());
            work.emit(new Effect.ApplyQuorum(writing.after().term(), settled));
        }
    }

    private void finish(Rule rule, Optional<String> request) {
        stage = new Steady();
        work.note("the members are " + rule.members());
        request.ifPresent(id -> work.emit(new Effect.ReportRemoval(id, true, "the members are " + rule.members())));
    }
}
