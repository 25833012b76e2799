package io.howdah.testkit.simulation;

import io.howdah.kernel.election.ElectionPhase;
import io.howdah.kernel.election.Input;
import io.howdah.kernel.election.PostgresState;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What goes wrong: one thing at a time, often enough that several are wrong at once. */
final class Trouble {
    private final World world;
    private boolean running = true;
    private long lastRequest;
    private boolean forcing;

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
        world.tags.replaceAll((node, tags) -> tags.with(NodeTags.NON_VOTER, "false"));
        if (world.tags.values().stream().allMatch(NodeTags::neverLeader)) {
            world.tags.replaceAll((node, tags) -> NodeTags.NONE);
        }
        if (world.scenario.tagged()) {
            tell();
        }
        world.network.healAll();
        world.network.quality(0, 0, 1_000);
        for (SimulatedNode node : world.nodes) {
            node.postgres().pause(false);
            node.pauseProcess(false);
            node.postgres().stallDisk(0);
            node.ail(Optional.empty());
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
        switch (world.schedule.random().nextInt(16)) {
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
            case 14 -> {
                world.schedule.tell("TROUBLE " + node.name() + " is short of disk");
                node.ail(Optional.of("is short of disk"));
                world.schedule.after(aWhile(), () -> node.ail(Optional.empty()));
            }
            default -> plan();
        }
        if (world.schedule.chance(0.4)) {
            plan();
        }
    }

    private void plan() {
        if (world.scenario.tagged() && world.schedule.chance(0.3)) {
            tag();
        } else if (world.scenario.forces() && !forcing && world.schedule.chance(0.3)) {
            loseMajority();
        } else {
            order();
        }
    }

    private void tag() {
        NodeId name = any().name();
        NodeTags before = world.tags.getOrDefault(name, NodeTags.NONE);
        NodeTags after = switch (world.schedule.random().nextInt(3)) {
            case 0 -> before.with(NodeTags.NEVER_LEADER, before.neverLeader() ? "false" : "true");
            case 1 -> before.with(NodeTags.PRIORITY, Long.toString(world.schedule.between(0, 10)));
            default -> before.with(NodeTags.NON_VOTER, before.nonVoter() ? "false" : "true");
        };
        world.tags.put(name, after);
        tell();
    }

    /** Each node hears of it at a time of its own, and those that are down when they start. */
    private void tell() {
        for (SimulatedNode node : world.nodes) {
            node.later(world.schedule.between(1_000, 1_000_000), () -> node.step(new Input.Roster(world.tags)));
        }
    }

    /** So many members are lost that nobody can be elected; after a while an operator has the others go on. */
    private void loseMajority() {
        Optional<Rule> rule = newestRule(world.nodes);
        if (rule.isEmpty() || rule.get().members().size() < 2) {
            return;
        }
        forcing = true;
        List<NodeId> victims = new ArrayList<>(rule.get().members());
        while (victims.size() > rule.get().majority()) {
            victims.remove(world.schedule.random().nextInt(victims.size()));
        }
        world.schedule.tell("TROUBLE the majority " + victims + " is lost");
        victims.forEach(name -> world.node(name).lose());
        world.schedule.after(world.schedule.between(500_000, 5_000_000), () -> force(6));
    }

    private Optional<Rule> newestRule(List<SimulatedNode> nodes) {
        return nodes.stream()
                .filter(node -> !node.isLost())
                .flatMap(node -> node.postgres().ruleUpTo(Long.MAX_VALUE).stream())
                .max(Comparator.naturalOrder());
    }

    private void force(int tries) {
        boolean served = world.nodes.stream()
                .anyMatch(node -> node.gateOpen()
                        && world.invariants.isForced(node.postgres().term()));
        List<SimulatedNode> reachable = world.nodes.stream()
                .filter(node ->
                        node.isUp() && !node.isPaused() && !node.postgres().isPaused())
                .toList();
        Optional<Rule> rule = newestRule(reachable);
        if (served || tries == 0 || rule.isEmpty()) {
            world.nodes.stream()
                    .filter(SimulatedNode::isLost)
                    .forEach(node -> node.find(world.invariants.forced() > 0));
            return;
        }
        List<SimulatedNode> fit = reachable.stream()
                .filter(node -> node.postgres().state() != PostgresState.EMPTY
                        && node.disk().operation() == Promise.Operation.NONE
                        && node.disk().floor().isEmpty())
                .toList();
        TreeSet<NodeId> voices = new TreeSet<>();
        fit.forEach(node -> voices.add(node.name()));
        world.schedule.tell("TROUBLE an operator goes on with " + voices);
        Optional<SimulatedNode> best =
                fit.stream().max(Comparator.comparing(node -> node.postgres().position()));
        if (best.isPresent()) {
            world.nodes.stream().filter(node -> !fit.contains(node)).forEach(SimulatedNode::lose);
            world.invariants.orders(best.get().name());
            best.get().step(new Input.ForceLeadership("force" + tries, voices, voices, true, "the majority is lost"));
        }
        world.schedule.after(8_000_000, () -> force(tries - 1));
    }

    private void cut(SimulatedNode from, SimulatedNode to, boolean down) {
        if (down) {
            world.network.cut(from.index(), to.index(), true);
        }
    }

    /**
     * An operator has a certain node lead, with the voices of those that can be reached, and nothing may be lost by it: all
     * invariants hold as for any election.
     */
    private void failOver() {
        SimulatedNode target = any();
        Optional<Rule> rule = newestRule(List.of(target));
        if (rule.isEmpty() || !target.isUp() || target.isPaused()) {
            return;
        }
        TreeSet<NodeId> voices = new TreeSet<>();
        world.nodes.stream()
                .filter(node ->
                        node.isUp() && !node.isPaused() && rule.get().members().contains(node.name()))
                .forEach(node -> voices.add(node.name()));
        lastRequest++;
        world.schedule.tell("TROUBLE an operator orders " + target.name() + " to lead with " + voices);
        target.step(new Input.ForceLeadership(
                "failover" + lastRequest, voices, rule.get().members(), false, "an operator's order"));
    }

    /** What people ask for at the worst of times. */
    private void order() {
        if (world.scenario.switchesOver() && world.schedule.chance(0.3)) {
            failOver();
            return;
        }
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
                    () -> world.nodes.forEach(any -> any.step(new Input.Roster(world.tags))));
        }
    }
}
