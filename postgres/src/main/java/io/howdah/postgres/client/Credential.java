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

    /**
     * What a server stores for md5; whoever has it can log in wherever md5 is asked for.
     *
     * @param stored "md5" and 32 hexadecimal digits
     */
    record Md5(String stored) implements Credential {
        @Override
        public String toString() {
            return "Md5[hidden]";
        }
    }
}
