package io.howdah.gateway.login;

import io.howdah.postgres.scram.ScramVerifier;
import io.howdah.postgres.wire.Md5Password;

/** What a server stores for a role's password: enough to check it, not to know it. */
public sealed interface StoredPassword {
    record Scram(ScramVerifier verifier) implements StoredPassword {}

    record Md5(String stored) implements StoredPassword {
        @Override
        public String toString() {
            return "Md5[hidden]";
        }
    }

    /**
     * Reads what pg_authid has.
     *
     * @throws io.howdah.postgres.scram.ScramException when it is neither
     */
    static StoredPassword parse(String text) {
        return Md5Password.isStored(text) ? new Md5(text) : new Scram(ScramVerifier.parse(text));
    }
}
