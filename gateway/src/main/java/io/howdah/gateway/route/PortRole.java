package io.howdah.gateway.route;

/** What a listening port promises. */
public enum PortRole {
    /** Reads to replicas, all else to the primary; with session pooling the same as {@link #READ_WRITE}. */
    AUTO,
    /** Always the primary. */
    READ_WRITE,
    /** A replica, or the primary in read-only mode while no replica is fit. */
    READ_ONLY
}
