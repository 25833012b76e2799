package io.howdah.server.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A secret that requests present in their Authorization header. Compared by digest and in constant time, so that neither its
 * bytes nor its length can be found out by measuring. Immutable.
 */
public final class BearerToken {
    private static final String SCHEME = "Bearer ";

    private final byte[] digest;

    public BearerToken(String secret) {
        if (secret.isBlank()) {
            throw new IllegalArgumentException("an empty secret would open the door to everyone");
        }
        this.digest = digest(secret);
    }

    /** Whether the value of an Authorization header carries the secret. */
    public boolean isIn(String authorization) {
        boolean bearer = authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        String presented = bearer ? authorization.substring(SCHEME.length()).trim() : "";
        return MessageDigest.isEqual(digest, digest(presented));
    }

    private static byte[] digest(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "BearerToken";
    }
}
