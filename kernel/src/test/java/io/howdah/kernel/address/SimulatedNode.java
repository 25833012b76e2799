package io.howdah.kernel.address;

import io.howdah.kernel.model.NodeId;
import java.util.function.Consumer;

/** A node's part: its clock, what it knows of the rules, and its ledger, which a restart loses. */
final class SimulatedNode {
    private final AddressWorld world;
    private final int index;
    private final NodeId id;
    private final double rate;
    private final double offsetMillis;
    private AddressLedger ledger;
    private int rule;
    private double frozenUntilMillis;
    private double downUntilMillis;

    SimulatedNode(AddressWorld world, int index, NodeId id) {
        this.world = world;
        this.index = index;
        this.id = id;
        this.rate = world.uniform(0.996, 1.004);
        this.offsetMillis = world.uniform(0, 1e7);
        this.ledger = AddressLedger.begin(world.nodeTimes, id, clock());
    }

    NodeId id() {
        return id;
    }

    int rule() {
        return rule;
    }

    void start() {
        world.after(world.uniform(1, 300), this::learn);
    }

    /** Reads its log: one more rule, if it is a member of what it knows or of what comes. */
    private void learn() {
        if (isAwake() && rule + 1 < world.rules.size()) {
            boolean streams = world.rules.get(rule).contains(id)
                    || world.rules.get(rule + 1).contains(id);
            if (streams) {
                rule++;
            }
        }
        if (isAwake()) {
            ledger = ledger.withMembers(world.rules.get(rule), clock());
        }
        world.after(world.uniform(10, 400), this::learn);
    }

    private boolean isAwake() {
        return world.now() >= Math.max(frozenUntilMillis, downUntilMillis);
    }

    private long clock() {
        return (long) (world.now() * rate + offsetMillis);
    }

    void receive(int gateway, AddressRequest request, Consumer<AddressAnswer> answered) {
        if (world.now() < downUntilMillis) {
            return;
        }
        if (world.now() < frozenUntilMillis) {
            world.after(frozenUntilMillis - world.now(), () -> receive(gateway, request, answered));
            return;
        }
        ledger = ledger.withMembers(world.rules.get(rule), clock());
        AddressLedger.Outcome outcome = ledger.answer(request, clock());
        ledger = outcome.ledger();
        world.deliver(gateway, index, () -> answered.accept(outcome.answer()));
    }

    void freeze(double millis) {
        frozenUntilMillis = world.now() + millis;
    }

    void restart(double downMillis) {
        downUntilMillis = world.now() + downMillis;
        world.after(downMillis, () -> ledger = AddressLedger.begin(world.nodeTimes, id, clock()));
    }
}
