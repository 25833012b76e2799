package io.howdah.postgres.scram;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.exception.ScramParseException;
import com.ongres.scram.common.exception.ScramServerErrorException;
import java.util.List;

/**
 * The client's half of SCRAM-SHA-256: one login, used by one thread, its three methods called in order. Logs in with a
 * password or with {@link ScramKeys}; channel binding is not used.
 */
public final class ScramLogin {
    private final ScramClient client;

    private ScramLogin(ScramClient client) {
        this.client = client;
    }

    public static ScramLogin withPassword(String password) {
        // The name is a filler: PostgreSQL takes it from the start-up packet.
        return new ScramLogin(ScramClient.builder()
                .advertisedMechanisms(List.of(ScramServer.MECHANISM))
                .username("*")
                .password(password.toCharArray())
                .build());
    }

    public static ScramLogin withKeys(ScramKeys keys) {
        return new ScramLogin(ScramClient.builder()
                .advertisedMechanisms(List.of(ScramServer.MECHANISM))
                .username("*")
                .clientAndServerKey(keys.clientKey().toArray(), keys.serverKey().toArray())
                .build());
    }

    /** What to send in SASLInitialResponse. */
    public String clientFirst() {
        return client.clientFirstMessage().toString();
    }

    /** Takes AuthenticationSASLContinue and answers what to send in SASLResponse. */
    public String clientFinal(String serverFirst) {
        try {
            client.serverFirstMessage(serverFirst);
        } catch (ScramParseException | IllegalArgumentException e) {
            throw new ScramException("server-first-message is malformed: " + e.getMessage(), e);
        }
        return client.clientFinalMessage().toString();
    }

    /** Takes AuthenticationSASLFinal and throws unless the server proved that it knows the verifier. */
    public void verify(String serverFinal) {
        try {
            client.serverFinalMessage(serverFinal);
        } catch (ScramParseException | ScramServerErrorException | IllegalArgumentException e) {
            throw new ScramException("server-final-message is not acceptable: " + e.getMessage(), e);
        } catch (com.ongres.scram.common.exception.ScramInvalidServerSignatureException e) {
            throw new ScramException("the server does not know the password: it may be an impostor", e);
        }
    }
}
