package io.howdah.testkit.simulation;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import io.howdah.kernel.model.Rule;
import java.util.List;
import java.util.Optional;

/**
 * One run: a world made from a seed, trouble for a while, then peace, in which a leader must emerge in bounded time and
 * every node must end with every acknowledged record. Single-threaded and deterministic; runs share nothing.
 */
public final class Simulation {
    private static final long PEACE_LIMIT_MICROS = 90_000_000;

    /**
     * What a run was like.
     *
     * @param events how many things happened
     * @param checks how often an invariant was looked at
     * @param acknowledged how many writes were reported to clients as done
     * @param promotions how many leaders there were
     * @param switchovers how many planned changes ended with the wanted leader
     * @param virtualMillis how long it took in the run's own time
     * @param stuck whether so many members lost their data that nobody may lead before a person has decided
     * @param forced how often an operator had the survivors of a lost majority go on
     * @param declaredLost how many acknowledged writes that cost, as declared
     */
    public record Outcome(
            long events,
            long checks,
            long acknowledged,
            long promotions,
            long switchovers,
            long virtualMillis,
            boolean stuck,
            long forced,
            long declaredLost) {}

    private final World world;
    private final Schedule schedule;
    private final Scenario scenario;
    private long events;
    private boolean stuck;

    private Simulation(long seed, Scenario scenario, boolean keeping, boolean tracing) {
        this.schedule = new Schedule(seed, keeping, tracing);
        this.scenario = scenario;
        this.world = new World(schedule, scenario);
    }

    /** Runs quickly, and once more with its story kept if it fails, so that the exception can tell it. */
    public static Outcome run(long seed, Scenario scenario) {
        try {
            return new Simulation(seed, scenario, false, false).run();
        } catch (InvariantViolation | IllegalStateException broken) {
            Simulation again = new Simulation(seed, scenario, true, false);
            try {
                again.run();
            } catch (InvariantViolation violation) {
                throw new SimulationFailure(seed, violation.invariant(), violation, again.schedule.tail());
            } catch (IllegalStateException illegal) {
                throw new SimulationFailure(seed, "ILLEGAL MOVE", illegal, again.schedule.tail());
            }
            throw new IllegalStateException(
                    "seed " + seed + " fails only at times: the run is not deterministic", broken);
        }
    }

    /** Prints everything that happens. */
    public static Outcome trace(long seed, Scenario scenario) {
        return new Simulation(seed, scenario, true, true).run();
    }

    private Outcome run() {
        world.network.quality(0.01, 0.01, 1_000);
        world.clients.start();
        if (scenario.faults()) {
            Trouble trouble = new Trouble(world);
            trouble.start();
            pass(scenario.troubleMillis() * 1_000);
            trouble.end();
            world.clients.pace(250_000);
            // What was under way, such as the end of a pause or the return of a removed member, still happens.
            pass(9_000_000);
            trouble.end();
        }
        peace();
        return outcome();
    }

    private Outcome outcome() {
        return new Outcome(
                events,
                world.invariants.checks(),
                world.clients.acknowledged().size(),
                world.invariants.promotions(),
                world.clients.switchovers(),
                schedule.nowMillis(),
                stuck,
                world.invariants.forced(),
                world.invariants.declaredLost());
    }

    private void pass(long micros) {
        long until = schedule.nowMicros() + micros;
        while (schedule.next(until)) {
            events++;
            world.invariants.afterEveryEvent();
        }
    }

    /** Liveness: within bounded time there is one open leader, everybody is a member and follows, and all logs are equal. */
    private void peace() {
        long limit = schedule.nowMicros() + PEACE_LIMIT_MICROS;
        while (!isSettled()) {
            if (schedule.nowMicros() > limit) {
                if (world.invariants.isBeyondRepair()) {
                    stuck = true;
                    return;
                }
                throw new InvariantViolation("LIVENESS", "90 s after the repair " + describe());
            }
            pass(500_000);
        }
        pass(1_000_000);
        world.clients.stop();
        long written = world.clients.acknowledged().size();
        for (int tries = 0; tries < 20 && !world.invariants.areEqual(); tries++) {
            pass(1_000_000);
        }
        if (written + world.invariants.declaredLost() == 0 && scenario.faults()) {
            throw new InvariantViolation("LIVENESS", "nothing was ever acknowledged");
        }
        if (!isSettled()) {
            throw new InvariantViolation("LIVENESS", "peace did not last: " + describe());
        }
        world.invariants.endsEqual();
    }

    private boolean isSettled() {
        List<SimulatedNode> open =
                world.nodes.stream().filter(SimulatedNode::gateOpen).toList();
        if (open.size() != 1) {
            return false;
        }
        SimulatedNode leader = open.getFirst();
        Optional<Rule> rule = leader.view().flatMap(view -> view.rule());
        NodeId name = leader.name();
        if (world.nodes.stream().anyMatch(SimulatedNode::isLost)
                || (scenario.tagged()
                        && world.tags.getOrDefault(name, NodeTags.NONE).neverLeader())) {
            return false;
        }
        return rule.filter(found -> found.members().containsAll(world.configured))
                        .isPresent()
                && world.nodes.stream()
                        .allMatch(node -> node == leader
                                || (node.postgres().isReceiving()
                                        && node.view()
                                                .flatMap(view -> view.leader())
                                                .filter(name::equals)
                                                .isPresent()));
    }

    private String describe() {
        StringBuilder words = new StringBuilder();
        for (SimulatedNode node : world.nodes) {
            words.append("\n  ")
                    .append(node.name())
                    .append(' ')
                    .append(node.postgres().state());
            words.append(' ').append(node.postgres().position());
            node.view().ifPresent(view -> words.append(' ').append(view));
        }
        return words.toString();
    }
}
