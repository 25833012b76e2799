package io.howdah.postgres.scram;

import io.howdah.postgres.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * The server's half of SCRAM-SHA-256 as values: client-first makes a {@link Challenge}, client-final turns that into an
 * {@link Outcome}. A success hands out the keys with which the same user can be logged in elsewhere.
 *
 * <p>As PostgreSQL does, the user name inside client-first is ignored (the start-up packet has it), authorization
 * identities are refused, and an unknown user gets the same answers as a wrong password. Over TLS the exchange may be bound to the
 * server's certificate (tls-server-end-point, RFC 5929).
 */
public final class ScramServer {
    /** The mechanism that is always offered. */
    public static final String MECHANISM = "SCRAM-SHA-256";

    /** The mechanism with channel binding. */
    public static final String MECHANISM_PLUS = "SCRAM-SHA-256-PLUS";

    private static final String BOUND = "p=tls-server-end-point";

    /** Bytes of randomness in a nonce, as PostgreSQL takes them (SCRAM_RAW_NONCE_LEN). */
    private static final int NONCE_BYTES = 18;

    private static final String INVALID_PROOF = "e=invalid-proof";

    private ScramServer() {}

    /** How the exchange ended. */
    public sealed interface Outcome {}

    /** The client knows the password: send {@code serverFinal}, then AuthenticationOk. */
    public record Authenticated(String serverFinal, ScramKeys keys) implements Outcome {}

    /** It does not. PostgreSQL sends an ErrorResponse with SQLSTATE 28P01 here; {@code serverFinal} is RFC 5802's. */
    public record Refused(String serverFinal) implements Outcome {}

    /** Waits for client-final; holds all of the exchange so far. */
    public static final class Challenge {
        private final String clientFirstBare;
        private final String channelBinding;
        private final String nonce;
        private final String serverFirst;
        private final ScramVerifier verifier;
        private final boolean known;

        private Challenge(
                String clientFirstBare, String channelBinding, String nonce, ScramVerifier verifier, boolean known) {
            this.clientFirstBare = clientFirstBare;
            this.channelBinding = channelBinding;
            this.nonce = nonce;
            this.verifier = verifier;
            this.known = known;
            this.serverFirst = "r=%s,s=%s,i=%d".formatted(nonce, verifier.salt().toBase64(), verifier.iterations());
        }

        /** What to send in AuthenticationSASLContinue. */
        public String serverFirst() {
            return serverFirst;
        }

        /** Judges the client's proof; throws when the message is malformed or belongs to another exchange. */
        public Outcome finish(String clientFinal) {
            int proofAt = clientFinal.lastIndexOf(",p=");
            if (proofAt < 0) {
                throw new ScramException("client-final-message without a proof");
            }
            String withoutProof = clientFinal.substring(0, proofAt);
            String[] attributes = withoutProof.split(",", -1);
            if (attributes.length < 2 || !attributes[0].equals("c=" + channelBinding)) {
                throw new ScramException(
                        "client-final-message whose channel binding differs from client-first-message");
            }
            if (!attributes[1].equals("r=" + nonce)) {
                throw new ScramException("client-final-message with another nonce than the one that was sent");
            }
            byte[] proof = decode(clientFinal.substring(proofAt + 3));
            if (proof.length != ScramVerifier.KEY_BYTES) {
                throw new ScramException("client proof of " + proof.length + " bytes");
            }
            String authMessage = clientFirstBare + "," + serverFirst + "," + withoutProof;
            return judge(proof, authMessage.getBytes(StandardCharsets.UTF_8));
        }

        private static byte[] decode(String base64) {
            try {
                return Base64.getDecoder().decode(base64);
            } catch (IllegalArgumentException e) {
                throw new ScramException("client proof is not base64", e);
            }
        }

        private Outcome judge(byte[] proof, byte[] authMessage) {
            byte[] signature = Hmac.sha256(verifier.storedKey().toArray(), authMessage);
            byte[] clientKey = Hmac.exclusiveOr(proof, signature);
            boolean matches = Bytes.of(Hmac.hash(clientKey)).equals(verifier.storedKey());
            // The proof is checked for unknown users too, so that their refusal takes as long.
            if (!matches || !known) {
                return new Refused(INVALID_PROOF);
            }
            byte[] serverSignature = Hmac.sha256(verifier.serverKey().toArray(), authMessage);
            String serverFinal = "v=" + Base64.getEncoder().encodeToString(serverSignature);
            return new Authenticated(serverFinal, new ScramKeys(Bytes.of(clientKey), verifier.serverKey()));
        }
    }

    /**
     * What binds an exchange to its TLS connection.
     *
     * @param endPoint the hash of the server's certificate; empty when {@link #MECHANISM_PLUS} was not offered
     * @param chosen whether the client has chosen {@link #MECHANISM_PLUS}
     */
    public record Binding(Bytes endPoint, boolean chosen) {
        public static final Binding NONE = new Binding(Bytes.of(new byte[0]), false);

        boolean offered() {
            return endPoint.length() > 0;
        }
    }

    /** Answers client-first for a user whose verifier is known. */
    public static Challenge challenge(
            String clientFirst, ScramVerifier verifier, Binding binding, SecureRandom random) {
        return challenge(clientFirst, verifier, binding, newNonce(random), true);
    }

    /** Answers client-first for a user who does not exist; the exchange always ends in {@link Refused}. */
    public static Challenge mockChallenge(
            String clientFirst, String user, Bytes secret, Binding binding, SecureRandom random) {
        return challenge(clientFirst, ScramVerifier.mock(user, secret), binding, newNonce(random), false);
    }

    static Challenge challenge(
            String clientFirst, ScramVerifier verifier, Binding binding, String serverNonce, boolean known) {
        int afterFlag = clientFirst.indexOf(',');
        int afterIdentity = clientFirst.indexOf(',', afterFlag + 1);
        if (afterFlag < 0 || afterIdentity < 0) {
            throw new ScramException("client-first-message without a GS2 header");
        }
        String flag = clientFirst.substring(0, afterFlag);
        checkFlag(flag, binding);
        if (afterIdentity != afterFlag + 1) {
            throw new ScramException("client sends an authorization identity, which is not supported");
        }
        String bare = clientFirst.substring(afterIdentity + 1);
        String[] attributes = bare.split(",", -1);
        if (attributes.length < 2 || !attributes[0].startsWith("n=") || !attributes[1].startsWith("r=")) {
            throw new ScramException("client-first-message without user name and nonce, or with a mandatory extension");
        }
        String clientNonce = attributes[1].substring(2);
        if (clientNonce.isEmpty() || !clientNonce.chars().allMatch(c -> c >= 0x21 && c <= 0x7e)) {
            throw new ScramException("client nonce is empty or not printable");
        }
        String header = clientFirst.substring(0, afterIdentity + 1);
        byte[] bound = header.getBytes(StandardCharsets.UTF_8);
        if (binding.chosen()) {
            byte[] endPoint = binding.endPoint().toArray();
            int length = bound.length;
            bound = Arrays.copyOf(bound, length + endPoint.length);
            System.arraycopy(endPoint, 0, bound, length, endPoint.length);
        }
        String channelBinding = Base64.getEncoder().encodeToString(bound);
        return new Challenge(bare, channelBinding, clientNonce + serverNonce, verifier, known);
    }

    private static void checkFlag(String flag, Binding binding) {
        if (binding.chosen() != flag.equals(BOUND)) {
            throw new ScramException(
                    binding.chosen()
                            ? "client chose channel binding, but binds to something else than the server's end point"
                            : "client asks for channel binding, which was not offered or not chosen");
        }
        if (flag.equals("y") && binding.offered()) {
            // Somebody between us has taken the mechanism out of the list.
            throw new ScramException("client supports channel binding but thinks that the server does not");
        }
        if (!binding.chosen() && !flag.equals("n") && !flag.equals("y")) {
            throw new ScramException("client-first-message with an unknown channel binding flag");
        }
    }

    private static String newNonce(SecureRandom random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return Base64.getEncoder().encodeToString(nonce);
    }
}
