package io.howdah.kernel.election;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import io.howdah.kernel.model.Pause;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** What the parts of the core share: the time of this step, what is known, and the effects collected so far. */
final class Workspace {
    final ElectionSettings settings;
    final ClusterId cluster;
    final NodeId self;
    final RandomGenerator random;
    final PromiseKeeper promises;
    final PhaseKeeper phases = new PhaseKeeper();
    final Peers peers = new Peers();
    /** The nodes that are to be spoken with and, unless unwanted, to be members. */
    final SortedSet<NodeId> configured;

    /** The configured nodes that nobody should make a member. */
    final SortedSet<NodeId> unwanted = new TreeSet<>();

    /** Messages of this node to itself; they are read within the same step. */
    final Deque<Envelope> loopback = new ArrayDeque<>();

    private final Map<NodeId, NodeTags> tags = new HashMap<>();
    private final List<Effect> effects = new ArrayList<>();
    private Pause pause = Pause.NEVER;

    /** Whether all data comes from another cluster, which alone decides what is committed. */
    boolean standbyCluster;

    private long nowMillis;
    private long wakeAtMillis = Long.MAX_VALUE;
    private Input.LocalPostgres postgres = new Input.LocalPostgres(
            PostgresState.DOWN, Optional.empty(), Optional.empty(), false, Optional.empty(), Optional.empty());
    private Optional<Rule> ownRule = Optional.empty();
    private Term resignedTerm = Term.ZERO;
    private Optional<NodeId> successor = Optional.empty();
    private long successorUntilMillis;
    private Term highestTerm;
    private TimelineId highestTimeline;
    private long overruledUntilMillis;

    Workspace(
            ElectionSettings settings,
            ClusterId cluster,
            NodeId self,
            SortedSet<NodeId> configured,
            Promise restored,
            RandomGenerator random) {
        this.settings = settings;
        this.cluster = cluster;
        this.self = self;
        this.configured = new TreeSet<>(configured);
        this.promises = new PromiseKeeper(restored);
        this.random = random;
        this.highestTerm = restored.term();
        this.highestTimeline = restored.reservedTimeline();
    }

    void begin(long now) {
        nowMillis = Math.max(nowMillis, now);
        wakeAtMillis = Long.MAX_VALUE;
        effects.clear();
    }

    Pause pause() {
        return pause;
    }

    /** Keeps and passes on what is newer than what is known. */
    void learn(Pause heard) {
        if (heard.supersedes(pause)) {
            pause = heard;
            emit(new Effect.PersistPause(heard));
            note(heard.on() ? "elections are paused: " + heard.reason() : "elections go on: " + heard.reason());
        }
    }

    List<Effect> collected() {
        return List.copyOf(effects);
    }

    long now() {
        return nowMillis;
    }

    /** True when the moment has come; otherwise sees to it that the core is woken then. */
    boolean due(long atMillis) {
        if (nowMillis >= atMillis) {
            return true;
        }
        wakeAtMillis = Math.min(wakeAtMillis, atMillis);
        return false;
    }

    long wakeAt() {
        return wakeAtMillis;
    }

    void emit(Effect effect) {
        effects.add(effect);
    }

    void note(String words) {
        emit(new Effect.Note(words));
    }

    void send(NodeId to, Message message) {
        Envelope envelope = new Envelope(cluster, self, to, promises.durable().term(), message);
        if (to.equals(self)) {
            loopback.add(envelope);
        } else {
            emit(new Effect.Send(envelope));
        }
    }

    void broadcast(Message message) {
        for (NodeId peer : everybody()) {
            if (!peer.equals(self)) {
                send(peer, message);
            }
        }
    }

    /** All nodes that have or should have a voice. */
    SortedSet<NodeId> everybody() {
        TreeSet<NodeId> all = new TreeSet<>(configured);
        ownRule.ifPresent(rule -> all.addAll(rule.members()));
        all.add(self);
        return all;
    }

    /** What is wished of the nodes from now on. */
    void roster(SortedMap<NodeId, NodeTags> nodes) {
        configured.clear();
        configured.addAll(nodes.keySet());
        tags.clear();
        tags.putAll(nodes);
        unwanted.clear();
        nodes.forEach((node, wished) -> {
            if (!wished.mayVote()) {
                unwanted.add(node);
            }
        });
    }

    /** This node's preference among equals. */
    int priority() {
        return settings.priority() + tags(self).priority();
    }

    NodeTags tags(NodeId node) {
        return tags.getOrDefault(node, NodeTags.NONE);
    }

    void promise(UnaryOperator<Promise> change) {
        promises.change(change).ifPresent(write -> emit(new Effect.PersistPromise(write)));
    }

    Input.LocalPostgres postgres() {
        return postgres;
    }

    void observe(Input.LocalPostgres observation) {
        postgres = observation;
        observation.position().ifPresent(this::learn);
        switch (observation.state()) {
            case EMPTY -> ownRule = Optional.empty();
            case DOWN, STARTING -> {}
            case STANDBY, PRIMARY -> {
                // A leader's own writes run ahead of what its PostgreSQL showed a moment ago.
                if (!phases.current().name().holdsOffice() && observation.rule().isPresent()) {
                    ownRule = observation.rule();
                }
            }
        }
        ownRule.ifPresent(rule -> learnTerm(rule.term()));
    }

    Optional<Rule> ownRule() {
        return ownRule;
    }

    void ownRule(Optional<Rule> rule) {
        ownRule = rule;
    }

    boolean isMember() {
        return ownRule.filter(rule -> rule.members().contains(self)).isPresent();
    }

    Term resignedTerm() {
        return resignedTerm;
    }

    void learnResigned(Term term) {
        learnResigned(term, Optional.empty());
    }

    /** A leader has given up its office, perhaps in favor of somebody, who is then given a head start. */
    void learnResigned(Term term, Optional<NodeId> heir) {
        boolean news = term.isAfter(resignedTerm);
        boolean named = term.equals(resignedTerm) && successor.isEmpty() && heir.isPresent();
        if (news || named) {
            resignedTerm = term;
            successor = heir;
            successorUntilMillis = nowMillis + settings.handOverMillis();
        }
    }

    /** In whose favor the last leader resigned, while nobody has been promised a later term. */
    Optional<NodeId> heir() {
        return successor.filter(_ -> !promises.latest().term().isAfter(resignedTerm));
    }

    /** Who has the first move at present, if anybody has. */
    Optional<NodeId> favorite() {
        return heir().filter(_ -> nowMillis < successorUntilMillis);
    }

    /** When the favorite's head start ends. */
    long favoriteUntil() {
        return successorUntilMillis;
    }

    /** What was last heard of the heir of {@link #resignedTerm}, whatever happened since. */
    Optional<NodeId> successor() {
        return successor;
    }

    /** An order has overruled a leader who may hold a lease that was granted a moment ago. */
    void overrule() {
        overruledUntilMillis = nowMillis + settings.leaseMillis();
    }

    /** Whether an ordinary election may have this node's voice: nobody serves any more whom an order has overruled. */
    boolean mayElect() {
        return due(overruledUntilMillis);
    }

    Term highestTerm() {
        return Term.max(highestTerm, promises.latest().term());
    }

    void learnTerm(Term term) {
        highestTerm = Term.max(highestTerm, term);
    }

    TimelineId highestTimeline() {
        return TimelineId.max(highestTimeline, promises.latest().reservedTimeline());
    }

    void learn(TimelineId timeline) {
        highestTimeline = TimelineId.max(highestTimeline, timeline);
    }

    void learn(Position position) {
        learn(position.timeline());
    }

    /** Whether this node is a standby with a voice that neither holds an office nor is about to. */
    boolean isAtRest() {
        boolean atRest = switch (phases.current()) {
            case Phase.Waiting w -> true;
            case Phase.Following f -> true;
            case Phase.Recruited r -> true;
            case Phase.Starting s -> false;
            case Phase.Promoting p -> false;
            case Phase.Confirming c -> false;
            case Phase.Leading l -> false;
            case Phase.HandingOver h -> false;
            case Phase.SteppingDown s -> false;
            case Phase.Remote r -> false;
            case Phase.Failed f -> false;
        };
        return atRest && unfitness().isEmpty() && postgres.state() == PostgresState.STANDBY;
    }

    /** Why this node has no voice at present, whoever asks; empty when it has one. */
    Optional<String> unfitness() {
        Promise promise = promises.latest();
        if (phases.current() instanceof Phase.Failed failed) {
            return Optional.of(failed.why());
        }
        if (standbyCluster) {
            return Optional.of("follows the primary of another cluster");
        }
        if (postgres.state() == PostgresState.EMPTY) {
            return Optional.of("has no data");
        }
        if (promise.operation() != Promise.Operation.NONE) {
            return Optional.of("its data directory is being changed (" + promise.operation() + ")");
        }
        return promise.floor().map(floor -> "its data must first reach " + floor);
    }
}
