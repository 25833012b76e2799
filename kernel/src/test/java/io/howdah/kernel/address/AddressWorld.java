package io.howdah.kernel.address;

import io.howdah.kernel.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Five nodes, three of them members at first, and three gateways in one simulated time; everything that happens follows from the seed.
 * After every change of a kernel's addresses it checks that no two hosts have the address.
 */
final class AddressWorld {
    static final String ADDRESS = "10.0.0.100/24";
    private static final int NODES = 5;
    private static final int GATEWAYS = 3;

    /** Something that happens at a moment; of one moment, in the order in which it was planned. */
    private record Event(double atMillis, long order, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Double.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    final Random random;
    final AddressTimes nodeTimes;
    final AddressTimes gatewayTimes;
    final long preemptAfterMillis;
    final List<SimulatedNode> nodes = new ArrayList<>();
    final List<SimulatedGateway> gateways = new ArrayList<>();

    /** The members of each rule in turn; a node knows a beginning of this list. */
    final List<SortedSet<NodeId>> rules = new ArrayList<>();

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final boolean[][] cut = new boolean[GATEWAYS][NODES];
    private double nowMillis;
    private long planned;
    private double lossRate;
    private boolean prompt;

    AddressWorld(
            long seed, AddressTimes nodeTimes, AddressTimes gatewayTimes, long preemptAfterMillis, int... priorities) {
        this.random = new Random(seed);
        this.nodeTimes = nodeTimes;
        this.gatewayTimes = gatewayTimes;
        this.preemptAfterMillis = preemptAfterMillis;
        SortedSet<NodeId> members = new TreeSet<>();
        for (int index = 0; index < NODES; index++) {
            NodeId id = new NodeId("node" + (index + 1));
            nodes.add(new SimulatedNode(this, index, id));
            if (index < 3) {
                members.add(id);
            }
        }
        rules.add(members);
        nodes.forEach(SimulatedNode::start);
        for (int index = 0; index < GATEWAYS; index++) {
            gateways.add(new SimulatedGateway(this, index, priorities[index]));
        }
    }

    double now() {
        return nowMillis;
    }

    void after(double millis, Runnable what) {
        events.add(new Event(nowMillis + millis, planned++, what));
    }

    void runFor(double millis) {
        double end = nowMillis + millis;
        while (!events.isEmpty() && events.peek().atMillis() <= end) {
            Event event = events.poll();
            nowMillis = event.atMillis();
            event.what().run();
        }
        nowMillis = end;
    }

    double uniform(double from, double to) {
        return from + random.nextDouble() * (to - from);
    }

    // ---- the network and the hosts

    /** From now on messages and commands take as long as they do where nothing is wrong. */
    void bePrompt() {
        prompt = true;
    }

    /** Usually the short time; now and then, unless all is prompt, up to the long one. */
    double delay(double usualMillis, int slowOneIn, double longMillis) {
        boolean slow = !prompt && random.nextInt(slowOneIn) == 0;
        return slow ? uniform(usualMillis, longMillis) : uniform(usualMillis / 20, usualMillis);
    }

    void loseMessages(double rate) {
        lossRate = rate;
    }

    void cut(int gateway, int node, boolean isCut) {
        cut[gateway][node] = isCut;
    }

    void deliver(int gateway, int node, Runnable what) {
        if (cut[gateway][node] || random.nextDouble() < lossRate) {
            return;
        }
        after(delay(5, 20, 400), () -> {
            if (!cut[gateway][node]) {
                what.run();
            }
        });
    }

    // ---- rules

    /** Writes the next rule, which differs by one member, if the last one is committed. */
    void changeMembers() {
        int last = rules.size() - 1;
        if (last > 0 && (!isKnownToMajority(last, rules.get(last)) || !isKnownToMajority(last, rules.get(last - 1)))) {
            return;
        }
        SortedSet<NodeId> next = new TreeSet<>(rules.get(last));
        NodeId picked = nodes.get(random.nextInt(NODES)).id();
        if (!next.remove(picked)) {
            next.add(picked);
        }
        if (!next.isEmpty()) {
            rules.add(next);
        }
    }

    private boolean isKnownToMajority(int rule, SortedSet<NodeId> members) {
        long knowing = nodes.stream()
                .filter(node -> members.contains(node.id()) && node.rule() >= rule)
                .count();
        return knowing > members.size() / 2;
    }

    // ---- what must hold

    List<String> carriers() {
        return gateways.stream()
                .filter(gateway -> gateway.hasAddressUntil() > nowMillis)
                .map(SimulatedGateway::name)
                .toList();
    }

    void addressesChanged() {
        List<String> carriers = carriers();
        if (carriers.size() > 1) {
            throw new AssertionError("at %.1f ms %s have the address".formatted(nowMillis, carriers));
        }
    }
}
