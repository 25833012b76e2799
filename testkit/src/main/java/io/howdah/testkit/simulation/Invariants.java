package io.howdah.testkit.simulation;

import io.howdah.kernel.election.PostgresState;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.quorum.Quorum;
import io.howdah.kernel.quorum.QuorumSetting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * What must hold whatever happens. Each promise of the protocol is a method; those about one kind of event are called at
 * every such event, {@link #afterEveryEvent} after all of them. They look at the true state of the world, not at what the
 * nodes believe.
 */
final class Invariants {
    private record Ballot(long term, long round) {}

    private record Confirmation(LogRecord record, Set<NodeId> holders) {}

    private final World world;
    private final TreeMap<Long, NodeId> promotedByTerm = new TreeMap<>();
    private final TreeMap<Long, Integer> timelineByTerm = new TreeMap<>();
    private final Map<Ballot, TreeMap<NodeId, Position>> voices = new HashMap<>();
    private final Map<NodeId, TreeMap<Long, Long>> roundByTerm = new HashMap<>();
    private final Map<NodeId, Long> swornTerm = new HashMap<>();
    private final List<Confirmation> confirmations = new ArrayList<>();
    private final Map<LogRecord, Set<NodeId>> heldRows = new HashMap<>();
    private final Set<NodeId> ordered = new HashSet<>();
    private final Map<Long, Rule> forcedRules = new HashMap<>();
    private long declaredLost;
    private long checks;

    Invariants(World world) {
        this.world = world;
    }

    long checks() {
        return checks;
    }

    long promotions() {
        return promotedByTerm.size();
    }

    private void require(boolean holds, String invariant, Supplier<String> what) {
        checks++;
        if (!holds && !world.scenario.unwatched().contains(invariant)) {
            throw new InvariantViolation(invariant, what.get());
        }
    }

    /** An operator orders this node to lead and accepts that whatever it does not hold is lost. */
    void orders(NodeId node) {
        ordered.add(node);
    }

    void forgetsOrder(NodeId node) {
        ordered.remove(node);
    }

    boolean isForced(long term) {
        return forcedRules.containsKey(term);
    }

    /** How many rules were forced. */
    long forced() {
        return forcedRules.size();
    }

    long declaredLost() {
        return declaredLost;
    }

    /** Whether a promotion carries out an order. If so, all that the winner lacks is lost, as was declared. */
    boolean isOrdered(SimulatedPostgres winner, Rule rule) {
        if (!ordered.remove(winner.name)) {
            return false;
        }
        forcedRules.put(rule.term().value(), rule);
        int before = world.clients.acknowledged().size();
        world.clients.acknowledged().removeIf(record -> !winner.holds(record));
        declaredLost += before - world.clients.acknowledged().size();
        confirmations.removeIf(confirmation -> !winner.holds(confirmation.record()));
        return true;
    }

    /** The rule that a primary's commits must obey: a forced one counts from the promotion on. */
    private Rule inForce(SimulatedPostgres primary, Rule found) {
        Rule forced = forcedRules.get(primary.term());
        return forced != null && found.compareTo(forced) < 0 ? forced : found;
    }

    /** I1: at most one node is promoted per term, and on the promises of a majority to one round of it. */
    void promotesOncePerTerm(NodeId node, Rule rule) {
        NodeId earlier = promotedByTerm.putIfAbsent(rule.term().value(), node);
        require(earlier == null, "I1", () -> "term %s promotes %s after %s".formatted(rule.term(), node, earlier));
    }

    /** I1, the voter's half: a node gives its voice to one round of a term only, whatever it went through since. */
    void votesOncePerTerm(NodeId node, long term, long round, Position position) {
        TreeMap<Long, Long> rounds = roundByTerm.computeIfAbsent(node, absent -> new TreeMap<>());
        Long earlier = rounds.putIfAbsent(term, round);
        require(
                earlier == null || earlier == round,
                "I1",
                () -> "%s gives its voice in term %d twice".formatted(node, term));
        long sworn = swornTerm.getOrDefault(node, 0L);
        require(term >= sworn, "I1", () -> "%s gives its voice in term %d after term %d".formatted(node, term, sworn));
        swornTerm.put(node, Math.max(sworn, term));
        voices.computeIfAbsent(new Ballot(term, round), absent -> new TreeMap<>())
                .put(node, position);
    }

    /** I2: a node that swore a term sends no acknowledgement that counts to a leader of a lower one. */
    void acknowledges(SimulatedPostgres standby, Connection connection) {
        SimulatedPostgres upstream = connection.upstream;
        boolean counted = upstream.state() == PostgresState.PRIMARY && upstream.counts(connection);
        long sworn = swornTerm.getOrDefault(standby.name, 0L);
        require(
                !counted || connection.stampTerm >= sworn || connection.stampTerm == 0,
                "I2",
                () -> "%s has sworn term %d and acknowledges to %s as of term %d"
                        .formatted(standby.name, sworn, upstream.name, connection.stampTerm));
    }

    /** I3: a client hears of success only when a majority of the rule in force holds the record. */
    void acknowledged(SimulatedPostgres primary, LogRecord record) {
        Rule rule = inForce(primary, primary.ruleUpTo(record.lsn()).orElseThrow());
        Set<NodeId> holders = holders(record);
        require(
                Quorum.isMajority(holders, rule.members()),
                "I3",
                () -> "%s reports %s of %s although only %s hold it".formatted(primary.name, record, rule, holders));
        Set<NodeId> confirming = new HashSet<>();
        for (Connection connection : primary.senders()) {
            if (connection.acknowledged >= record.lsn() && primary.counts(connection)) {
                confirming.add(connection.standby.name);
            }
        }
        confirming.add(primary.name);
        confirmations.add(new Confirmation(record, confirming));
    }

    /** Remembers who has held a rule row: a holder may lose it later, but then has no voice until it holds it again. */
    void flushed(NodeId node, LogRecord record) {
        if (record.payload() instanceof LogRecord.RuleRow) {
            heldRows.computeIfAbsent(record, absent -> new HashSet<>()).add(node);
        }
    }

    private Set<NodeId> holdersOfRow(LogRecord row) {
        return heldRows.getOrDefault(row, Set.of());
    }

    private Set<NodeId> holders(LogRecord record) {
        Set<NodeId> holders = new HashSet<>();
        for (SimulatedNode node : world.nodes) {
            if (node.postgres().holds(record)) {
                holders.add(node.name());
            }
        }
        return holders;
    }

    /** I4: the winner's log reaches at least as far as each voice of its majority, and holds all that was acknowledged. */
    void winsByPosition(SimulatedPostgres winner, Rule rule, Promise promise) {
        TreeMap<NodeId, Position> given =
                voices.getOrDefault(new Ballot(rule.term().value(), promise.round()), new TreeMap<>());
        Position own = winner.position();
        Set<NodeId> behind = new HashSet<>();
        given.forEach((node, position) -> {
            if (!position.isAfter(own)) {
                behind.add(node);
            }
        });
        Rule basis = winner.ruleUpTo(winner.flushed()).orElseThrow();
        require(
                Quorum.isMajority(behind, basis.members()),
                "I4",
                () -> "%s at %s wins term %s with the voices %s of %s"
                        .formatted(winner.name, own, rule.term(), given, basis.members()));
        for (LogRecord record : world.clients.acknowledged()) {
            // A winner that slept through later terms does no harm: what they acknowledged is not its business.
            require(
                    record.timeline() >= rule.timeline().value() || winner.holds(record),
                    "I4",
                    () -> "%s wins term %s without the acknowledged %s".formatted(winner.name, rule.term(), record));
        }
    }

    /** I5: the gate opens only when the first row of the leader's own term is held by a majority. */
    void opensGate(SimulatedPostgres primary, long term) {
        Optional<LogRecord> barrier = primary.log().stream()
                .filter(record -> record.payload() instanceof LogRecord.RuleRow row
                        && row.rule().term().value() == term)
                .findFirst();
        require(
                barrier.isPresent()
                        && Quorum.isMajority(
                                holdersOfRow(barrier.get()),
                                ((LogRecord.RuleRow) barrier.get().payload())
                                        .rule()
                                        .members()),
                "I5",
                () -> "%s opens its gate in term %d without a barrier that is held".formatted(primary.name, term));
    }

    /** I6: members change by one, on top of a rule of the same term that a majority holds. */
    void writesRule(SimulatedPostgres primary, Rule rule) {
        LogRecord row = primary.rowUpTo(primary.log().size()).orElseThrow();
        Rule before = ((LogRecord.RuleRow) row.payload()).rule();
        Set<NodeId> difference = new HashSet<>(before.members());
        difference.removeAll(rule.members());
        int removed = difference.size();
        difference = new HashSet<>(rule.members());
        difference.removeAll(before.members());
        int changed = removed + difference.size();
        boolean first = before.term().isBefore(rule.term());
        boolean held = Quorum.isMajority(holdersOfRow(row), before.members());
        require(
                rule.compareTo(before) > 0
                        && (first
                                ? changed == 0
                                        || rule.equals(
                                                forcedRules.get(rule.term().value()))
                                : changed <= 1 && (held || changed == 0)),
                "I6",
                () -> "%s writes %s on top of %s, held: %s".formatted(primary.name, rule, before, held));
    }

    /** I7: whatever set of standbys lets a commit return, it is a majority of the newest rule with the leader. */
    void keepsQuorum(SimulatedPostgres primary) {
        if (primary.state() != PostgresState.PRIMARY) {
            return;
        }
        QuorumSetting setting = primary.setting().orElseThrow();
        Rule rule = inForce(primary, primary.ruleUpTo(primary.log().size()).orElseThrow());
        TreeSet<NodeId> strangers = new TreeSet<>(setting.standbys());
        strangers.removeAll(rule.members());
        // The least favorable choice: as many as possible who are no members.
        int members = setting.required() - Math.min(strangers.size(), setting.required());
        require(
                members + 1 >= rule.majority(),
                "I7",
                () -> "%s lets commits return with %s under %s".formatted(primary.name, setting, rule));
    }

    /** I8: timelines are unique to their term and rise with it. */
    void picksTimeline(NodeId node, long term, int timeline) {
        Map.Entry<Long, Integer> below = timelineByTerm.lowerEntry(term);
        Map.Entry<Long, Integer> above = timelineByTerm.higherEntry(term);
        require(
                (below == null || below.getValue() < timeline)
                        && (above == null || above.getValue() > timeline)
                        && timeline > 1,
                "I8",
                () -> "%s writes on timeline %d in term %d, among %s".formatted(node, timeline, term, timelineByTerm));
        timelineByTerm.put(term, timeline);
    }

    /** I9: a node votes only while it still holds all that it confirmed and that a client heard of. */
    void votesWithItsData(SimulatedPostgres postgres) {
        for (Confirmation confirmation : confirmations) {
            require(
                    !confirmation.holders().contains(postgres.name) || postgres.holds(confirmation.record()),
                    "I9",
                    () -> "%s votes without %s, which it confirmed".formatted(postgres.name, confirmation.record()));
        }
    }

    /** I5 and I10: no two nodes serve at one time, except where the clocks themselves are broken. */
    void afterEveryEvent() {
        if (world.scenario.crooked()) {
            return;
        }
        checks++;
        int open = 0;
        for (SimulatedNode node : world.nodes) {
            if (node.gateOpen()) {
                open++;
            }
        }
        if (open > 1 && !world.scenario.unwatched().contains("I5")) {
            throw new InvariantViolation(
                    "I5",
                    "these serve at one time: "
                            + world.nodes.stream()
                                    .filter(SimulatedNode::gateOpen)
                                    .map(SimulatedNode::name)
                                    .toList());
        }
    }

    /**
     * Whether too many members have lost their data to elect anybody: then nobody may be elected, and a person has to
     * decide. Happens to clusters of two whose second member dies while its data is being replaced.
     */
    boolean isBeyondRepair() {
        Rule newest = world.nodes.stream()
                .flatMap(node -> node.postgres().ruleUpTo(Long.MAX_VALUE).stream())
                .max(Comparator.naturalOrder())
                .orElseThrow();
        Set<NodeId> fit = new HashSet<>();
        for (SimulatedNode node : world.nodes) {
            if (node.postgres().state() != PostgresState.EMPTY
                    && node.disk().floor().isEmpty()) {
                fit.add(node.name());
            }
        }
        return !Quorum.isMajority(fit, newest.members());
    }

    /** Whether all have received and flushed the same. */
    boolean areEqual() {
        return world.nodes.stream()
                        .map(node -> node.postgres().position())
                        .distinct()
                        .count()
                == 1;
    }

    /** At the end: every acknowledged record is on every node, and all logs are the same. */
    void endsEqual() {
        for (SimulatedNode node : world.nodes) {
            for (LogRecord record : world.clients.acknowledged()) {
                require(
                        node.postgres().holds(record),
                        "END",
                        () -> node.name() + " at " + node.postgres().position() + " lacks the acknowledged " + record);
            }
        }
    }
}
