package io.howdah.gateway.balance;

import io.howdah.gateway.classify.NameTables;
import io.howdah.kernel.model.NodeId;

/**
 * What leads reads to replicas on the port {@code auto}. Safe on every thread; the settings may change while the gateway runs.
 */
public final class ReadSplit {
    private final NameTables names;
    private final PositionWatch positions;
    private volatile BalanceSettings settings;

    public ReadSplit(NameTables names, PositionWatch positions, BalanceSettings settings) {
        this.names = names;
        this.positions = positions;
        this.settings = settings;
    }

    /** What the names of databases mean. */
    public NameTables names() {
        return names;
    }

    /** Where servers are in the log. */
    public PositionWatch positions() {
        return positions;
    }

    public BalanceSettings settings() {
        return settings;
    }

    public void settings(BalanceSettings changed) {
        settings = changed;
    }

    /** Gives a node another share of the reads, from the next one on; 0 gives it none. */
    public synchronized void weigh(NodeId node, double weight) {
        settings = settings.withWeight(node, weight);
    }
}
