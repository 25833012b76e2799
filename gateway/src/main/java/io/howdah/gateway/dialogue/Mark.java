package io.howdah.gateway.dialogue;

/** What a request is about that has no object of its own to remember. */
enum Mark {
    /** The client's unnamed prepared statement. */
    UNNAMED,
    /** The gateway makes the server's unnamed statement the client's. */
    RESTORE_UNNAMED,
    /** A Parse of the gateway under the client's own name, for a statement that refers to it in SQL. */
    MATERIALIZE
}
