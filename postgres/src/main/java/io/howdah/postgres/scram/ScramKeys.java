package io.howdah.postgres.scram;

import io.howdah.postgres.wire.Bytes;

/**
 * What replaces the password at login: whoever holds both keys can log in to every server that has the same verifier
 * (RFC 5802, section 3). Treat as a password.
 */
public record ScramKeys(Bytes clientKey, Bytes serverKey) {
    @Override
    public String toString() {
        return "ScramKeys[hidden]";
    }
}
