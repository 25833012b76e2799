package io.howdah.postgres.client;

import io.howdah.postgres.scram.ScramKeys;

/** How a client proves who it is. */
public sealed interface Credential {
    /** Nothing to show; works only where the server trusts. */
    record None() implements Credential {}

    record Password(String value) implements Credential {
        @Override
        public String toString() {
            return "Password[hidden]";
        }
    }

    record Keys(ScramKeys value) implements Credential {}
}
