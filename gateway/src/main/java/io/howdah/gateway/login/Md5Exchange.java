package io.howdah.gateway.login;

import io.howdah.postgres.client.Credential;
import io.howdah.postgres.wire.Md5Password;
import java.security.SecureRandom;

/** One client's log-in by md5, for roles whose password is stored so. What was stored opens the server too. */
final class Md5Exchange {
    private final StoredPassword.Md5 stored;
    private final boolean certain;
    private final byte[] salt = new byte[Md5Password.SALT_BYTES];

    Md5Exchange(SecureRandom random, StoredPassword.Md5 stored, boolean certain) {
        this.stored = stored;
        this.certain = certain;
        random.nextBytes(salt);
    }

    byte[] salt() {
        return salt.clone();
    }

    boolean isRight(String answer) {
        return Md5Password.isRight(answer, stored.stored(), salt);
    }

    Credential credential() {
        return new Credential.Md5(stored.stored());
    }

    /** As in {@link VerifierSource.Found}. */
    boolean isCertain() {
        return certain;
    }
}
