package io.howdah.gateway.login;

import io.howdah.postgres.scram.ScramVerifier;
import java.util.Optional;

/** Asks a server for a verifier, blocking. Throws a {@link RuntimeException} when no server could be asked. */
@FunctionalInterface
public interface VerifierFetch {
    Optional<ScramVerifier> fetch(String role);
}
