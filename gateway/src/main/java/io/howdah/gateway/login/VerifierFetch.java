package io.howdah.gateway.login;

import java.util.Optional;

/** Asks a server for a verifier, blocking. Throws a {@link RuntimeException} when no server could be asked. */
@FunctionalInterface
public interface VerifierFetch {
    Optional<StoredPassword> fetch(String role);
}
