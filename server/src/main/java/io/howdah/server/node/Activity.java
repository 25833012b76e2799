package io.howdah.server.node;

/**
 * Long work on the data directory that people want to see.
 *
 * @param kind what is going on
 * @param words progress in words; empty while there is none
 */
record Activity(Kind kind, String words) {
    enum Kind {
        NONE,
        CLONING,
        REWINDING,
        FAILED
    }

    static final Activity NONE = new Activity(Kind.NONE, "");
}
