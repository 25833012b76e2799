package io.howdah.testkit.simulation;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.quorum.QuorumSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The commits of a primary that wait for its synchronous standbys. */
final class CommitQueue {
    private record Waiter(LogRecord record, Runnable done) {}

    private final PlantedFault fault;
    private final List<Waiter> waiters = new ArrayList<>();
    private Optional<QuorumSetting> setting = Optional.empty();
    private long settingTerm;

    CommitQueue(PlantedFault fault) {
        this.fault = fault;
    }

    Optional<QuorumSetting> setting() {
        return setting;
    }

    long term() {
        return settingTerm;
    }

    void require(QuorumSetting quorum, long term) {
        setting = Optional.of(quorum);
        settingTerm = term;
    }

    void require(QuorumSetting quorum) {
        setting = Optional.of(quorum);
    }

    void add(LogRecord record, Runnable done) {
        waiters.add(new Waiter(record, done));
    }

    void clear() {
        waiters.clear();
        setting = Optional.empty();
    }

    /** Others see a row only when its commit has returned. */
    boolean isVisible(Rule rule) {
        return waiters.stream()
                .noneMatch(waiter -> waiter.record().payload() instanceof LogRecord.RuleRow row
                        && row.rule().equals(rule));
    }

    /** Lets those commits return whose record enough of the named standbys have flushed. */
    void release(long flushed, List<Connection> senders) {
        if (setting.isEmpty()) {
            return;
        }
        QuorumSetting quorum = setting.get();
        int required = fault == PlantedFault.QUORUM_ONE_SHORT ? Math.max(0, quorum.required() - 1) : quorum.required();
        for (Waiter waiter : List.copyOf(waiters)) {
            LogRecord record = waiter.record();
            if (record.lsn() <= flushed && confirmations(record.lsn(), quorum.standbys(), senders) >= required) {
                waiters.remove(waiter);
                waiter.done().run();
            }
        }
    }

    private int confirmations(long lsn, SortedSet<NodeId> names, List<Connection> senders) {
        TreeSet<NodeId> confirmed = new TreeSet<>();
        for (Connection connection : senders) {
            if (connection.acknowledged >= lsn && counts(connection) && names.contains(connection.standby.name)) {
                confirmed.add(connection.standby.name);
            }
        }
        return confirmed.size();
    }

    /** PostgreSQL counts by name, and the name carries the term. */
    boolean counts(Connection connection) {
        return connection.stampTerm == settingTerm || fault == PlantedFault.STAMP_NOT_CHECKED;
    }
}
