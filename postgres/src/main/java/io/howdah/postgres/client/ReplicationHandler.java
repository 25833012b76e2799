package io.howdah.postgres.client;

import java.io.IOException;

/** Takes the answer of a command that mixes results and copied data. Called by the thread that runs the command. */
public interface ReplicationHandler {
    /** A row of a result outside the copied data. */
    default void row(Row row) {}

    /** Copied data begins; PostgreSQL 14 sends several of these in one answer. */
    default void copyStart() throws IOException {}

    /** The bytes of one CopyData message; valid only during the call. */
    void copyData(byte[] buffer, int offset, int length) throws IOException;

    /** Copied data ended. */
    default void copyDone() throws IOException {}
}
