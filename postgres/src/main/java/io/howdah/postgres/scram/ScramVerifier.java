package io.howdah.postgres.scram;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import io.howdah.postgres.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What PostgreSQL keeps of a password in {@code pg_authid.rolpassword}: {@code SCRAM-SHA-256$iterations:salt$StoredKey:
 * ServerKey}. It can check a login but cannot log in.
 */
public record ScramVerifier(int iterations, Bytes salt, Bytes storedKey, Bytes serverKey) {
    /** PostgreSQL's default (scram_iterations). */
    public static final int DEFAULT_ITERATIONS = 4096;

    /** PostgreSQL's default (SCRAM_DEFAULT_SALT_LEN). */
    public static final int SALT_BYTES = 16;

    /** Size of the keys: that of SHA-256. */
    public static final int KEY_BYTES = 32;

    private static final Pattern STORED =
            Pattern.compile("SCRAM-SHA-256\\$(\\d{1,9}):([A-Za-z0-9+/=]+)\\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)");

    public ScramVerifier {
        if (iterations < 1) {
            throw new ScramException("SCRAM verifier with " + iterations + " iterations");
        }
        if (storedKey.length() != KEY_BYTES || serverKey.length() != KEY_BYTES) {
            throw new ScramException("SCRAM verifier whose keys do not have " + KEY_BYTES + " bytes");
        }
    }

    /** Reads what {@code pg_authid.rolpassword} holds, or throws when it is not of this kind (md5, for example). */
    public static ScramVerifier parse(String stored) {
        Matcher matcher = STORED.matcher(stored);
        if (!matcher.matches()) {
            throw new ScramException("the stored password is not a SCRAM-SHA-256 verifier; set the password again with"
                    + " password_encryption = 'scram-sha-256'");
        }
        try {
            return new ScramVerifier(
                    Integer.parseInt(matcher.group(1)),
                    Bytes.fromBase64(matcher.group(2)),
                    Bytes.fromBase64(matcher.group(3)),
                    Bytes.fromBase64(matcher.group(4)));
        } catch (IllegalArgumentException e) {
            throw new ScramException("the stored SCRAM verifier is damaged", e);
        }
    }

    /** Makes a verifier with a fresh salt, as {@code ALTER ROLE … PASSWORD} would. */
    public static ScramVerifier derive(String password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return derive(password, Bytes.of(salt), DEFAULT_ITERATIONS);
    }

    public static ScramVerifier derive(String password, Bytes salt, int iterations) {
        ScramMechanism mechanism = ScramMechanism.SCRAM_SHA_256;
        ScramKeys keys = keys(password, salt, iterations);
        byte[] storedKey = ScramFunctions.storedKey(mechanism, keys.clientKey().toArray());
        return new ScramVerifier(iterations, salt, Bytes.of(storedKey), keys.serverKey());
    }

    /** The keys that a password gives with a salt; expensive on purpose. */
    public static ScramKeys keys(String password, Bytes salt, int iterations) {
        ScramMechanism mechanism = ScramMechanism.SCRAM_SHA_256;
        byte[] salted = ScramFunctions.saltedPassword(
                mechanism,
                StringPreparation.POSTGRESQL_PREPARATION,
                password.toCharArray(),
                salt.toArray(),
                iterations);
        return new ScramKeys(
                Bytes.of(ScramFunctions.clientKey(mechanism, salted)),
                Bytes.of(ScramFunctions.serverKey(mechanism, salted)));
    }

    /**
     * A verifier for a user who does not exist, always the same for one name, so that an attacker cannot tell the two
     * cases apart. No password fits it.
     */
    public static ScramVerifier mock(String user, Bytes secret) {
        byte[] salt = Hmac.sha256(secret.toArray(), ("salt:" + user).getBytes(StandardCharsets.UTF_8));
        byte[] stored = Hmac.sha256(secret.toArray(), ("stored:" + user).getBytes(StandardCharsets.UTF_8));
        byte[] server = Hmac.sha256(secret.toArray(), ("server:" + user).getBytes(StandardCharsets.UTF_8));
        return new ScramVerifier(
                DEFAULT_ITERATIONS,
                Bytes.of(java.util.Arrays.copyOf(salt, SALT_BYTES)),
                Bytes.of(stored),
                Bytes.of(server));
    }

    /** As PostgreSQL stores it and as {@code CREATE ROLE … PASSWORD} accepts it. */
    public String toStored() {
        return "SCRAM-SHA-256$%d:%s$%s:%s"
                .formatted(iterations, salt.toBase64(), storedKey.toBase64(), serverKey.toBase64());
    }

    @Override
    public String toString() {
        return "ScramVerifier[hidden]";
    }
}
