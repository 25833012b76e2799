package io.howdah.postgres.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The passwords of old: what PostgreSQL stores for md5 and what it asks for (the manual's chapters 54.2.3 and 20.5). Pure. */
public final class Md5Password {
    public static final int SALT_BYTES = 4;

    private static final String PREFIX = "md5";
    private static final int STORED_LENGTH = PREFIX.length() + 32;

    private Md5Password() {}

    /** Whether what pg_authid has for a role is such a password. */
    public static boolean isStored(String verifier) {
        return verifier.length() == STORED_LENGTH
                && verifier.startsWith(PREFIX)
                && verifier.chars().skip(PREFIX.length()).allMatch(digit -> Character.digit(digit, 16) >= 0);
    }

    /** What a server stores for a role and its password. */
    public static String stored(String role, String password) {
        return PREFIX + hash((password + role).getBytes(StandardCharsets.UTF_8), new byte[0]);
    }

    /** What a client must answer to the salt of AuthenticationMD5Password. */
    public static String answer(String stored, byte[] salt) {
        return PREFIX + hash(stored.substring(PREFIX.length()).getBytes(StandardCharsets.US_ASCII), salt);
    }

    /** Compares in constant time. */
    public static boolean isRight(String answer, String stored, byte[] salt) {
        return MessageDigest.isEqual(
                answer.getBytes(StandardCharsets.UTF_8), answer(stored, salt).getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(byte[] text, byte[] salt) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(text);
            return HexFormat.of().formatHex(digest.digest(salt));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
