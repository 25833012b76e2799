package io.howdah.gateway.state;

/** Why a client keeps its server connection although its transaction has ended. */
public enum Pin {
    LISTEN("its LISTEN registrations", true),
    TEMPORARY_OBJECT("temporary tables", true),
    HOLDABLE_CURSOR("cursors WITH HOLD", true),
    ADVISORY_LOCK("session advisory locks", true),
    /** Made by PREPARE: they are made again on the next server. */
    SQL_STATEMENT("", true),
    /** DO or CALL was executed, and what it left behind is being looked for. */
    OPAQUE("", true),
    LONG_STATEMENT("prepared statements that are too long to keep", false),
    /** The server has an older unnamed statement than the one remembered. */
    UNNAMED_STATEMENT("", false),
    SETTING("settings that cannot be read from the statement that changed them", false),
    SEED("", false),
    SEQUENCE("", false),
    TOO_MUCH_STATE("more settings than the gateway remembers", false),
    UNREADABLE("replies that the gateway could not match to requests", false);

    private final String words;
    private final boolean probed;

    Pin(String words, boolean probed) {
        this.words = words;
        this.probed = probed;
    }

    /** What is lost with the server; empty when nobody needs to hear of it. */
    String words() {
        return words;
    }

    /** The server can be asked whether the reason is still there. */
    boolean isProbed() {
        return probed;
    }
}
