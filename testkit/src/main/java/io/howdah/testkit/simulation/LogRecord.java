package io.howdah.testkit.simulation;

import io.howdah.kernel.model.Rule;

/**
 * One record of a simulated log. Two records are the same only if they are the same object: a copy on another node shares
 * it, a record written elsewhere at the same place does not.
 */
record LogRecord(int timeline, long lsn, Payload payload) {
    /** What a record says. */
    sealed interface Payload {}

    record ClientWrite(long id) implements Payload {}

    record RuleRow(Rule rule) implements Payload {}

    /** End of recovery, shutdown checkpoint. */
    record Marker(String what) implements Payload {}
}
