package io.howdah.testkit.simulation;

import io.howdah.kernel.election.ElectionSettings;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Everything that exists in one run. */
final class World {
    static final ClusterId CLUSTER = new ClusterId("0123456789abcdef");

    final Schedule schedule;
    final Scenario scenario;
    final Network network;
    final Invariants invariants;
    final ElectionSettings settings = ElectionSettings.defaults();
    final List<SimulatedNode> nodes = new ArrayList<>();
    final TreeSet<NodeId> configured = new TreeSet<>();
    final TreeMap<NodeId, NodeTags> tags = new TreeMap<>();
    final Clients clients;

    World(Schedule schedule, Scenario scenario) {
        this.schedule = schedule;
        this.scenario = scenario;
        this.network = new Network(schedule, scenario.nodes());
        this.invariants = new Invariants(this);
        this.clients = new Clients(this);
        for (int index = 0; index < scenario.nodes(); index++) {
            NodeId name = new NodeId("node" + (index + 1));
            configured.add(name);
            tags.put(name, NodeTags.NONE);
        }
        int index = 0;
        for (NodeId name : configured) {
            nodes.add(new SimulatedNode(this, index, name));
            index++;
        }
        TreeSet<NodeId> members = new TreeSet<>(configured);
        if (scenario.grows()) {
            members.retainAll(List.of(configured.first()));
        }
        Rule first = new Rule(new Term(1), 1, configured.first(), members, TimelineId.FIRST);
        List<LogRecord> log = List.of(new LogRecord(1, 1, new LogRecord.RuleRow(first)));
        for (SimulatedNode node : nodes) {
            if (members.contains(node.name())) {
                node.postgres().load(log);
            }
        }
        nodes.forEach(SimulatedNode::startProcess);
    }

    SimulatedNode node(NodeId name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** What a closing socket tells the other end, if the two can reach each other; else silence has to tell. */
    void closing(int from, int to, Runnable news) {
        schedule.after(schedule.between(300, 3_000), () -> {
            if (network.reaches(from, to)) {
                news.run();
            }
        });
    }
}
