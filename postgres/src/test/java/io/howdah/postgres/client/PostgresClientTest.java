package io.howdah.postgres.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.postgres.client.PostgresConnectionException.Kind;
import io.howdah.postgres.scram.ScramServer;
import io.howdah.postgres.scram.ScramVerifier;
import io.howdah.postgres.wire.AuthenticationCode;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendType;
import io.howdah.postgres.wire.MessageFrame;
import io.howdah.postgres.wire.TransactionStatus;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Against scripts: what a real server never does. */
class PostgresClientTest {
    private static ConnectOptions options(FakeServer server) {
        return ConnectOptions.of(server.endpoint(), "user", "db", new Credential.Password("secret"))
                .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(5));
    }

    private static String text(ByteBuf in) {
        return in.toString(StandardCharsets.UTF_8);
    }

    private static void authenticate(FakeServer.Session session, ScramVerifier verifier) {
        session.startup();
        session.send(out ->
                BackendMessages.authenticationSasl(out, java.util.List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256")));
        ByteBuf initial = session.message();
        assertThat(MessageFrame.readString(initial)).isEqualTo(ScramServer.MECHANISM);
        initial.skipBytes(4);
        ScramServer.Challenge challenge =
                ScramServer.challenge(text(initial), verifier, ScramServer.Binding.NONE, new SecureRandom());
        session.send(out -> BackendMessages.authenticationSaslContinue(out, challenge.serverFirst()));
        switch (challenge.finish(text(session.message()))) {
            case ScramServer.Authenticated authenticated ->
                session.send(out -> {
                    BackendMessages.authenticationSaslFinal(out, authenticated.serverFinal());
                    BackendMessages.authenticationOk(out);
                    BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
                });
            case ScramServer.Refused refused ->
                session.send(out -> io.howdah.postgres.wire.ErrorFields.fatal(
                                "28P01", "password authentication failed", "", "")
                        .writeError(out));
        }
    }

    @Test
    void logsInToOurOwnServerSide() throws IOException {
        ScramVerifier verifier = ScramVerifier.derive("secret", new SecureRandom());
        try (FakeServer server = new FakeServer(session -> {
                    authenticate(session, verifier);
                    session.message();
                    session.send(out -> {
                        BackendMessages.commandComplete(out, "SELECT 0");
                        BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
                    });
                });
                PostgresClient client = PostgresClient.connect(options(server))) {
            assertThat(client.execute("SELECT")).isEqualTo("SELECT 0");
        }
    }

    @Test
    void aWrongPasswordIsTheServersError() throws IOException {
        ScramVerifier verifier = ScramVerifier.derive("other", new SecureRandom());
        try (FakeServer server = new FakeServer(session -> authenticate(session, verifier))) {
            assertThatThrownBy(() -> PostgresClient.connect(options(server)))
                    .isInstanceOfSatisfying(
                            PostgresException.class,
                            e -> assertThat(e.sqlState()).isEqualTo("28P01"));
        }
    }

    private static Consumer<FakeServer.Session> asking(int code) {
        return session -> {
            session.startup();
            session.send(out -> {
                int start = MessageFrame.begin(out, BackendType.AUTHENTICATION);
                out.writeInt(code).writeInt(0);
                MessageFrame.end(out, start);
            });
            session.message();
        };
    }

    @Test
    void passwordsAreNeverSentInClearTextOrMd5() throws IOException {
        for (int code : new int[] {AuthenticationCode.CLEARTEXT_PASSWORD, AuthenticationCode.MD5_PASSWORD}) {
            try (FakeServer server = new FakeServer(asking(code))) {
                assertThatThrownBy(() -> PostgresClient.connect(options(server)))
                        .isInstanceOfSatisfying(
                                PostgresConnectionException.class,
                                e -> assertThat(e.kind()).isEqualTo(Kind.LOGIN));
            }
        }
    }

    @Test
    void aServerThatSkipsItsProofIsRefused() throws IOException {
        ScramVerifier verifier = ScramVerifier.derive("secret", new SecureRandom());
        try (FakeServer server = new FakeServer(session -> {
            session.startup();
            session.send(out -> BackendMessages.authenticationSasl(out, java.util.List.of(ScramServer.MECHANISM)));
            ByteBuf initial = session.message();
            MessageFrame.readString(initial);
            initial.skipBytes(4);
            ScramServer.Challenge challenge =
                    ScramServer.challenge(text(initial), verifier, ScramServer.Binding.NONE, new SecureRandom());
            session.send(out -> BackendMessages.authenticationSaslContinue(out, challenge.serverFirst()));
            session.message();
            session.send(out -> {
                BackendMessages.authenticationOk(out);
                BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
            });
        })) {
            assertThatThrownBy(() -> PostgresClient.connect(options(server))).hasMessageContaining("impostor");
        }
    }

    @Test
    void refusedSilentAndForeignServersAreTold() throws IOException {
        int closedPort;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closedPort = socket.getLocalPort();
        }
        Endpoint nobody = new Endpoint.Tcp("127.0.0.1", closedPort);
        assertKind(Kind.REFUSED, ConnectOptions.of(nobody, "u", "d", new Credential.None()));
        try (FakeServer silent = new FakeServer(session -> {
            session.startup();
            session.message();
        })) {
            assertKind(Kind.TIMEOUT, options(silent).withTimeouts(Duration.ofMillis(100), Duration.ofMillis(100)));
        }
        try (FakeServer closing = new FakeServer(FakeServer.Session::startup)) {
            assertKind(Kind.CLOSED, options(closing));
        }
    }

    private static void assertKind(Kind kind, ConnectOptions options) {
        assertThatThrownBy(() -> PostgresClient.connect(options))
                .isInstanceOfSatisfying(
                        PostgresConnectionException.class,
                        e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void noiseEndsInAnExceptionOfOurs() throws IOException {
        long seed = 20261121;
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            byte[] noise = new byte[1 + random.nextInt(80)];
            random.nextBytes(noise);
            noise[0] = (byte) "RSKZENAv".charAt(random.nextInt(8));
            if (noise.length > 4 && random.nextBoolean()) {
                noise[1] = noise[2] = noise[3] = 0;
                noise[4] = (byte) random.nextInt(noise.length);
            }
            try (FakeServer server = new FakeServer(session -> {
                session.startup();
                session.send(out -> out.writeBytes(noise));
            })) {
                assertThatThrownBy(() -> PostgresClient.connect(options(server)))
                        .as("seed %d round %d", seed, round)
                        .isInstanceOfAny(PostgresConnectionException.class, PostgresException.class);
            }
        }
    }
}
