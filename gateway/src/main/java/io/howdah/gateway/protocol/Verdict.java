package io.howdah.gateway.protocol;

/** What becomes of a message of the server on its way to the client. */
public enum Verdict {
    FORWARD,
    /** It answers a request of the gateway's own. */
    SWALLOW,
    /** ReadyForQuery: forward it, then see what waits for this boundary. */
    READY,
    /** Not yet: nothing more is read until {@code ServerConnection.resume}, and then this message is looked at again. */
    WAIT,
    /** The server closes the connection after this; the session goes on without it. */
    ENDING,
    /** The commit in flight was not confirmed by a quorum. */
    UNCONFIRMED,
    /** A new value of a reported setting, to be compared with what the client knows. */
    PARAMETER,
    /** An error that the gateway provoked to refuse a statement in its turn: the client gets another one. */
    REPLACE,
    /** An error that names a prepared statement as the server knows it. */
    RENAME
}
