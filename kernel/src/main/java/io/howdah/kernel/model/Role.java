package io.howdah.kernel.model;

/** What a node's PostgreSQL is, as clients would see it. */
public enum Role {
    PRIMARY,
    STANDBY
}
