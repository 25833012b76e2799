package io.howdah.testkit.simulation;

import io.howdah.kernel.election.Input;
import java.util.Optional;

/** Healthy nodes on a quick network, one blow, and how long nobody serves: the protocol's own speed in virtual time. */
public final class Drill {
    /** What happens to the leader. */
    public enum Blow {
        POSTMASTER_KILLED,
        PROCESS_AND_POSTMASTER_KILLED,
        HOST_LOST,
        SWITCHOVER
    }

    private static final long LIMIT_MICROS = 30_000_000;

    private Drill() {}

    /** Milliseconds from the blow to the next open gate. */
    public static long outageMillis(long seed, int nodes, Blow blow) {
        return outageMillis(seed, nodes, blow, false);
    }

    public static long outageMillis(long seed, int nodes, Blow blow, boolean tracing) {
        Schedule schedule = new Schedule(seed, tracing, tracing);
        World world = new World(schedule, Scenario.calm(nodes));
        world.clients.pace(20_000);
        world.clients.start();
        SimulatedNode leader = waitForLeader(world, Optional.empty());
        settle(world, 3_000_000);
        long struck = schedule.nowMicros();
        schedule.tell("TROUBLE " + blow);
        switch (blow) {
            case POSTMASTER_KILLED -> {
                leader.postgres().crash(false);
                untilClosed(world, leader);
            }
            case PROCESS_AND_POSTMASTER_KILLED -> {
                leader.crashProcess(false);
                leader.postgres().crash(false);
            }
            case HOST_LOST -> {
                for (SimulatedNode other : world.nodes) {
                    world.network.cut(leader.index(), other.index(), true);
                    world.network.cut(other.index(), leader.index(), true);
                }
                leader.crashProcess(true);
                leader.postgres().crash(true);
            }
            case SWITCHOVER -> {
                leader.step(new Input.SwitchoverRequested("drill", Optional.empty()));
                // Clients are held from the moment at which the gateways have drained.
                untilClosed(world, leader);
                struck = schedule.nowMicros();
            }
        }
        // Whoever lost only its PostgreSQL may be elected again, with the same log as the others.
        waitForLeader(world, Optional.of(leader).filter(node -> blow != Blow.POSTMASTER_KILLED));
        return (schedule.nowMicros() - struck) / 1_000;
    }

    private static void untilClosed(World world, SimulatedNode leader) {
        while (leader.gateOpen()) {
            step(world);
        }
    }

    private static SimulatedNode waitForLeader(World world, Optional<SimulatedNode> except) {
        long limit = world.schedule.nowMicros() + LIMIT_MICROS;
        while (world.schedule.nowMicros() < limit) {
            step(world);
            for (SimulatedNode node : world.nodes) {
                if (node.gateOpen() && except.filter(node::equals).isEmpty()) {
                    return node;
                }
            }
        }
        throw new InvariantViolation("LIVENESS", "nobody serves after 30 s");
    }

    private static void settle(World world, long micros) {
        long until = world.schedule.nowMicros() + micros;
        while (world.schedule.next(until)) {
            world.invariants.afterEveryEvent();
        }
    }

    private static void step(World world) {
        world.schedule.next(Long.MAX_VALUE);
        world.invariants.afterEveryEvent();
    }
}
