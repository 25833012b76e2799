package io.howdah.postgres.scram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.howdah.postgres.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScramTest {
    /** The exchange of RFC 7677, section 3. */
    private static final String CLIENT_FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";

    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String SERVER_FIRST =
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private static final String CLIENT_FINAL = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
    private static final ScramVerifier PENCIL =
            ScramVerifier.derive("pencil", Bytes.fromBase64("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);

    private final SecureRandom random = new SecureRandom();

    @Test
    void theServerAnswersAsTheRfcDoes() {
        ScramServer.Challenge challenge =
                ScramServer.challenge(CLIENT_FIRST, PENCIL, ScramServer.Binding.NONE, SERVER_NONCE, true);
        assertThat(challenge.serverFirst()).isEqualTo(SERVER_FIRST);

        ScramServer.Outcome outcome = challenge.finish(CLIENT_FINAL);

        assertThat(outcome)
                .isEqualTo(new ScramServer.Authenticated(
                        SERVER_FINAL, ScramVerifier.keys("pencil", PENCIL.salt(), PENCIL.iterations())));
    }

    @Test
    void aVerifierSurvivesBeingStored() {
        assertThat(PENCIL.toStored())
                .isEqualTo("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
                        + "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
        assertThat(ScramVerifier.parse(PENCIL.toStored())).isEqualTo(PENCIL);
    }

    @Test
    void verifiersOfAnotherKindAreRefused() {
        for (String stored : new String[] {
            "md5a3556571e93b0d20722ba62be61e8c2d", "", "SCRAM-SHA-256$0:aaaa$bbbb:cccc", "SCRAM-SHA-256$4096:=$a:b"
        }) {
            assertThatThrownBy(() -> ScramVerifier.parse(stored)).isInstanceOf(ScramException.class);
        }
    }

    @Test
    void aPasswordLogsInAndItsKeysLogInElsewhere() {
        ScramVerifier verifier = ScramVerifier.derive("pässword", random);
        ScramKeys keys = exchange(ScramLogin.withPassword("pässword"), verifier);
        assertThat(exchange(ScramLogin.withKeys(keys), verifier)).isEqualTo(keys);
    }

    private ScramKeys exchange(ScramLogin login, ScramVerifier verifier) {
        ScramServer.Challenge challenge =
                ScramServer.challenge(login.clientFirst(), verifier, ScramServer.Binding.NONE, random);
        ScramServer.Outcome outcome = challenge.finish(login.clientFinal(challenge.serverFirst()));
        return switch (outcome) {
            case ScramServer.Authenticated authenticated -> {
                login.verify(authenticated.serverFinal());
                yield authenticated.keys();
            }
            case ScramServer.Refused refused -> throw new AssertionError(refused);
        };
    }

    @Test
    void wrongPasswordsAndUnknownUsersAreRefusedAlike() {
        ScramLogin wrong = ScramLogin.withPassword("pencils");
        ScramServer.Challenge challenge =
                ScramServer.challenge(wrong.clientFirst(), PENCIL, ScramServer.Binding.NONE, random);
        ScramServer.Outcome refused = challenge.finish(wrong.clientFinal(challenge.serverFirst()));

        Bytes secret = Bytes.of("server secret".getBytes(StandardCharsets.UTF_8));
        ScramLogin stranger = ScramLogin.withPassword("pencil");
        ScramServer.Challenge mock =
                ScramServer.mockChallenge(stranger.clientFirst(), "nobody", secret, ScramServer.Binding.NONE, random);

        assertThat(mock.finish(stranger.clientFinal(mock.serverFirst()))).isEqualTo(refused);
        assertThat(ScramVerifier.mock("nobody", secret)).isEqualTo(ScramVerifier.mock("nobody", secret));
        assertThat(ScramVerifier.mock("nobody", secret)).isNotEqualTo(ScramVerifier.mock("somebody", secret));
    }

    @Test
    void anImpostorIsNoticed() {
        ScramLogin login = ScramLogin.withPassword("pencil");
        ScramServer.Challenge challenge =
                ScramServer.challenge(login.clientFirst(), PENCIL, ScramServer.Binding.NONE, random);
        login.clientFinal(challenge.serverFirst());
        assertThatThrownBy(() -> login.verify(SERVER_FINAL)).isInstanceOf(ScramException.class);
    }

    @Test
    void malformedMessagesAreRefused() {
        for (String first : new String[] {
            "",
            "n",
            "n,",
            "n,,",
            "n,,n=user",
            "n,,m=x,n=user,r=a",
            "n,,n=user,r=",
            "p=tls-unique,,n=user,r=a",
            "n,a=admin,n=user,r=a",
            "x,,n=user,r=a",
            "n,,n=user,r=a b"
        }) {
            assertThatThrownBy(() -> ScramServer.challenge(first, PENCIL, ScramServer.Binding.NONE, random))
                    .as(first)
                    .isInstanceOf(ScramException.class);
        }
        ScramServer.Challenge challenge =
                ScramServer.challenge(CLIENT_FIRST, PENCIL, ScramServer.Binding.NONE, SERVER_NONCE, true);
        for (String last : new String[] {
            "",
            "c=biws",
            CLIENT_FINAL.replace("c=biws", "c=eSws"),
            CLIENT_FINAL.replace("r=rO", "r=rP"),
            CLIENT_FINAL.replace("p=dHzb", "p=!!!!"),
            CLIENT_FINAL.substring(0, CLIENT_FINAL.length() - 8)
        }) {
            assertThatThrownBy(() -> challenge.finish(last)).as(last).isInstanceOf(ScramException.class);
        }
    }

    @Test
    void randomDamageNeverLogsIn() {
        long seed = 20261121;
        Random damage = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder last = new StringBuilder(CLIENT_FINAL);
            last.setCharAt(damage.nextInt(last.length()), (char) (33 + damage.nextInt(94)));
            if (last.toString().equals(CLIENT_FINAL)) {
                continue;
            }
            try {
                ScramServer.Outcome outcome = ScramServer.challenge(
                                CLIENT_FIRST, PENCIL, ScramServer.Binding.NONE, SERVER_NONCE, true)
                        .finish(last.toString());
                if (outcome instanceof ScramServer.Authenticated) {
                    fail("seed %d round %d logs in with %s".formatted(seed, round, last));
                }
            } catch (ScramException e) {
                // As good as a refusal.
            }
        }
    }

    @Test
    void secretsAreNotPrinted() {
        assertThat(PENCIL.toString()).doesNotContain(PENCIL.storedKey().toBase64());
        assertThat(new ScramKeys(PENCIL.storedKey(), PENCIL.serverKey()).toString())
                .doesNotContain(PENCIL.serverKey().toBase64());
    }
}
