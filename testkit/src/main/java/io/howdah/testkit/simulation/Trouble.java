package io.howdah.testkit.simulation;

import io.howdah.kernel.election.ElectionPhase;
import io.howdah.kernel.election.Input;
import io.howdah.kernel.election.PostgresState;
import io.howdah.kernel.model.NodeId;
import java.util.Optional;

/** What goes wrong: one thing at a time, often enough that several are wrong at once. */
final class Trouble {
    private final World world;
    private boolean running = true;
    private long lastRequest;

    Trouble(World world) {
        this.world = world;
    }

    void start() {
        world.schedule.after(world.schedule.between(100_000, 1_500_000), () -> {
            if (running) {
                strike();
                start();
            }
        });
    }

    /** Everything is repaired; what was stopped goes on, what was down is started. */
    void end() {
        running = false;
        world.network.healAll();
        world.network.quality(0, 0, 1_000);
        for (SimulatedNode node : world.nodes) {
            node.postgres().pause(false);
            node.pauseProcess(false);
            node.postgres().stallDisk(0);
            node.startProcess();
        }
    }

    private SimulatedNode any() {
        return world.nodes.get(world.schedule.random().nextInt(world.nodes.size()));
    }

    /** The leader more often than not: that is where it hurts. */
    private SimulatedNode victim() {
        Optional<SimulatedNode> leader = world.nodes.stream()
                .filter(node -> node.postgres().state() == PostgresState.PRIMARY)
                .findFirst();
        return leader.isPresent() && world.schedule.chance(0.5) ? leader.get() : any();
    }

    private long aWhile() {
        return world.schedule.chance(0.5)
                ? world.schedule.between(10_000, 1_000_000)
                : world.schedule.between(1_000_000, 8_000_000);
    }

    private void strike() {
        SimulatedNode node = victim();
        switch (world.schedule.random().nextInt(15)) {
            case 0, 1 -> {
                world.schedule.tell("TROUBLE postmaster of " + node.name() + " is killed");
                node.postgres().crash(false);
            }
            case 2 -> {
                world.schedule.tell("TROUBLE process of " + node.name() + " is killed");
                node.crashProcess(false);
                world.schedule.after(aWhile(), node::startProcess);
            }
            case 3, 4 -> {
                world.schedule.tell("TROUBLE process and postmaster of " + node.name() + " are killed");
                node.crashProcess(false);
                node.postgres().crash(false);
                world.schedule.after(aWhile(), node::startProcess);
            }
            case 5, 6 -> {
                world.schedule.tell("TROUBLE host " + node.name() + " fails");
                node.crashProcess(true);
                node.postgres().crash(true);
                world.schedule.after(aWhile(), node::startProcess);
            }
            case 7 -> {
                world.schedule.tell("TROUBLE process of " + node.name() + " is stopped");
                node.pauseProcess(true);
                world.schedule.after(aWhile(), () -> node.pauseProcess(false));
            }
            case 8 -> {
                world.schedule.tell("TROUBLE all of " + node.name() + " is stopped");
                node.pauseProcess(true);
                node.postgres().pause(true);
                world.schedule.after(aWhile(), () -> {
                    node.postgres().pause(false);
                    node.pauseProcess(false);
                });
            }
            case 9 -> {
                world.schedule.tell("TROUBLE disk of " + node.name() + " stalls");
                node.postgres().stallDisk(aWhile());
            }
            case 10, 11 -> {
                world.schedule.tell("TROUBLE " + node.name() + " is cut off");
                boolean outward = world.schedule.chance(0.7);
                boolean inward = !outward || world.schedule.chance(0.7);
                for (SimulatedNode other : world.nodes) {
                    if (other != node) {
                        cut(node, other, outward);
                        cut(other, node, inward);
                    }
                }
                world.schedule.after(aWhile(), world.network::healAll);
            }
            case 12 -> {
                SimulatedNode other = any();
                if (other != node) {
                    world.schedule.tell("TROUBLE link " + node.name() + " to " + other.name() + " is cut");
                    cut(node, other, true);
                    cut(other, node, world.schedule.chance(0.5));
                    world.schedule.after(aWhile(), world.network::healAll);
                }
            }
            case 13 -> {
                world.schedule.tell("TROUBLE the network is bad");
                world.network.quality(0.15, 0.1, world.schedule.between(1_000, 50_000));
                world.schedule.after(aWhile(), () -> world.network.quality(0.01, 0.01, 1_000));
            }
            default -> plan();
        }
        if (world.schedule.chance(0.4)) {
            plan();
        }
    }

    private void cut(SimulatedNode from, SimulatedNode to, boolean down) {
        if (down) {
            world.network.cut(from.index(), to.index(), true);
        }
    }

    /** What people ask for at the worst of times. */
    private void plan() {
        Optional<SimulatedNode> leader = world.nodes.stream()
                .filter(node -> node.view()
                        .filter(view -> view.phase() == ElectionPhase.LEADING)
                        .isPresent())
                .findFirst();
        if (leader.isEmpty() || leader.get().isPaused()) {
            return;
        }
        lastRequest++;
        NodeId node = any().name();
        if (world.scenario.switchesOver() && world.schedule.chance(0.6)) {
            leader.get()
                    .step(new Input.SwitchoverRequested(
                            "switch" + lastRequest, world.schedule.chance(0.5) ? Optional.of(node) : Optional.empty()));
        } else if (world.scenario.changesMembers()) {
            leader.get().step(new Input.RemoveMember("remove" + lastRequest, node));
            world.schedule.after(
                    world.schedule.between(100_000, 3_000_000),
                    () -> world.nodes.forEach(any -> any.step(new Input.AddMember(node))));
        }
    }
}
