package io.howdah.testkit.simulation;

import io.howdah.kernel.model.Rule;

/**
 * One record of a simulated log. Two records are the same only if they are the same object: a copy on another node shares
 * it, a record written elsewhere at the same place does not. Therefore a class without equals, not a record.
 */
final class LogRecord {
    /** What a record says. */
    sealed interface Payload {}

    record ClientWrite(long id) implements Payload {}

    record RuleRow(Rule rule) implements Payload {}

    /** End of recovery, shutdown checkpoint. */
    record Marker(String what) implements Payload {}

    private final int timeline;
    private final long lsn;
    private final Payload payload;

    LogRecord(int timeline, long lsn, Payload payload) {
        this.timeline = timeline;
        this.lsn = lsn;
        this.payload = payload;
    }

    int timeline() {
        return timeline;
    }

    long lsn() {
        return lsn;
    }

    Payload payload() {
        return payload;
    }

    @Override
    public String toString() {
        return payload + " at " + timeline + "@" + lsn;
    }
}
