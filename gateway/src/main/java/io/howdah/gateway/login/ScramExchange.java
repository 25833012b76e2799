package io.howdah.gateway.login;

import io.howdah.postgres.scram.ScramException;
import io.howdah.postgres.scram.ScramServer;
import io.howdah.postgres.wire.Bytes;
import io.howdah.postgres.wire.ProtocolException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One client's SCRAM-SHA-256 (RFC 5802, RFC 7677), bound to its TLS connection where both sides can do that. */
final class ScramExchange {
    private final SecureRandom random;
    private final LoginSettings settings;
    private final String user;
    private final Bytes endPoint;
    private boolean bound;
    private boolean certain;
    private ScramServer.@Nullable Challenge challenge;

    /** @param endPoint what the exchange can be bound to; empty without TLS */
    ScramExchange(SecureRandom random, LoginSettings settings, String user, Bytes endPoint) {
        this.random = random;
        this.settings = settings;
        this.user = user;
        this.endPoint = endPoint;
    }

    /** What the client may choose from, the best first. */
    List<String> mechanisms() {
        return endPoint.length() == 0
                ? List.of(ScramServer.MECHANISM)
                : List.of(ScramServer.MECHANISM_PLUS, ScramServer.MECHANISM);
    }

    void choose(String mechanism) {
        if (!mechanisms().contains(mechanism)) {
            throw new ProtocolException("client selected an invalid SASL authentication mechanism");
        }
        bound = mechanism.equals(ScramServer.MECHANISM_PLUS);
    }

    /**
     * Answers client-first.
     *
     * @param found empty for a role that does not exist, which is not to be noticed; nor is a password that is stored for md5
     * @throws ScramException when the message is malformed
     */
    String challenge(String clientFirst, Optional<VerifierSource.Found> found) {
        certain = found.isPresent() && found.get().certain();
        ScramServer.Binding binding = new ScramServer.Binding(endPoint, bound);
        ScramServer.Challenge next = found.isPresent() && found.get().password() instanceof StoredPassword.Scram stored
                ? ScramServer.challenge(clientFirst, stored.verifier(), binding, random)
                : ScramServer.mockChallenge(clientFirst, user, settings.mockSecret(), binding, random);
        challenge = next;
        return next.serverFirst();
    }

    ScramServer.Outcome finish(String clientFinal) {
        ScramServer.Challenge current = challenge;
        if (current == null) {
            throw new ProtocolException("SASL response without a challenge");
        }
        return current.finish(clientFinal);
    }

    /** The verifier was what a server had said a moment ago. */
    boolean isCertain() {
        return certain;
    }
}
