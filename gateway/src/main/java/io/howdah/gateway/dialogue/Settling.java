package io.howdah.gateway.dialogue;

/** The gateway's own requests to a server on behalf of the session that has it. */
public enum Settling {
    /** Makes the settings those of the session. */
    SETTINGS,
    /** Repeats a PREPARE. */
    REPLAY,
    /** Asks whether what kept the session on the server is still there. */
    PROBE
}
