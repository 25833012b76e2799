package io.howdah.postgres.process;

/** What a directory that should be a PGDATA turned out to be. */
public sealed interface DataState {
    /** Does not exist or has nothing in it. */
    record Empty() implements DataState {}

    /** A complete data directory of this system. */
    record Initialized(long systemIdentifier, int majorVersion) implements DataState {}

    /** Begun by initdb or a clone but never finished, or damaged. */
    record HalfMade(String reason) implements DataState {}

    /** Something else that Howdah must not touch. */
    record Unrecognized(String reason) implements DataState {}
}
