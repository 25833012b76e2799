package io.howdah.gateway.metrics;

/** What can happen to a session and is counted; the fields of {@link SessionCounters.Snapshot} say what each means. */
public enum SessionEvent {
    LOGIN,
    REFUSED_LOGIN,
    HOLD,
    HOLD_TIMEOUT,
    WAIT,
    WAIT_TIMEOUT,
    MOVE,
    BACKEND_LOSS,
    UNKNOWN_OUTCOME,
    RETRYABLE_OUTCOME,
    UNCONFIRMED_COMMIT,
    BROKEN_REPLY,
    PROTOCOL_VIOLATION,
    CANCEL,
    REPLAY_FAILURE,
    LOST_LISTENER,
    ROUTE_UPDATE,
    REPLICA_READ,
    READ_RETRIED,
    INTERNAL_ERROR
}
