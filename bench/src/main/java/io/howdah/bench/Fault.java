package io.howdah.bench;

import java.util.Locale;

/** What is done to a leader. */
enum Fault {
    POSTMASTER_KILLED,
    NODE_AND_POSTGRES_KILLED,
    NODE_AND_POSTGRES_FROZEN,
    SWITCHOVER;

    String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
