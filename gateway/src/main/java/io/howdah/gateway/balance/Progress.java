package io.howdah.gateway.balance;

import io.howdah.kernel.model.Lsn;

/**
 * How far a replica is.
 *
 * @param replayed what it has replayed at least
 * @param lagBytes how much more the primary had written
 * @param lagNanos for how long the primary has had what the replica has not
 * @param sinceNanos when it came, or came back
 * @param readNanos when this was found out
 */
public record Progress(Lsn replayed, long lagBytes, long lagNanos, long sinceNanos, long readNanos) {}
