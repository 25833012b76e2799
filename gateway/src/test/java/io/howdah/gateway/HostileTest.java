package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import io.howdah.postgres.wire.StartupPacket;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bytes that are not the protocol close the connection they came on and nothing else. */
@ExtendWith(WithPostgres.class)
final class HostileTest {
    private final TestGateway gateway;

    HostileTest(PostgresFixture postgres) {
        this.gateway = TestGateway.before(postgres);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private String endOf(byte[] bytes, boolean loggedIn) throws IOException {
        try (RawClient client = loggedIn ? RawClient.login(gateway.port()) : RawClient.open(gateway.port())) {
            try {
                client.send(bytes);
            } catch (IOException e) {
                return "";
            }
            return new String(client.receiveToEnd(), java.nio.charset.StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void malformedStartUpPacketsAreRefusedWithAReason() throws Exception {
        List<byte[]> packets = List.of(
                RawClient.bytes(out -> out.writeInt(-1).writeInt(StartupPacket.PROTOCOL_3_0)),
                RawClient.bytes(out -> out.writeInt(3).writeInt(0)),
                RawClient.bytes(out -> out.writeInt(Integer.MAX_VALUE).writeInt(StartupPacket.PROTOCOL_3_0)),
                RawClient.bytes(out -> out.writeInt(10_001)),
                RawClient.bytes(out -> out.writeInt(9).writeInt(2 << 16).writeByte(0)),
                RawClient.bytes(out ->
                        out.writeInt(9).writeInt(StartupPacket.PROTOCOL_3_0).writeByte(0)),
                RawClient.bytes(out ->
                        out.writeInt(12).writeInt(StartupPacket.PROTOCOL_3_0).writeInt(0x75736572)),
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
        for (byte[] packet : packets) {
            assertThat(endOf(packet, false)).contains("FATAL").contains("08P01");
        }
    }

    @Test
    void malformedMessagesEndTheSessionWithAReason() throws Exception {
        List<byte[]> messages = List.of(
                RawClient.bytes(out -> out.writeByte('Q').writeInt(3)),
                RawClient.bytes(out -> out.writeByte('Q').writeInt(-5)),
                RawClient.bytes(out -> out.writeByte('Q').writeInt(Integer.MAX_VALUE)),
                RawClient.bytes(out -> out.writeByte('S').writeInt(20_000)),
                RawClient.bytes(out -> out.writeByte('?').writeInt(4)),
                RawClient.bytes(out -> out.writeByte('p').writeInt(4)),
                RawClient.bytes(out -> out.writeByte(0).writeInt(0)));
        for (byte[] message : messages) {
            assertThat(endOf(message, true)).contains("FATAL").contains("08P01");
        }
    }

    @Test
    void malformedSaslIsRefused() throws Exception {
        for (String first : List.of("", "n", "n,,", "p=tls-unique,,n=,r=x", "n,a=me,n=,r=x", "n,,r=x", "\0\0")) {
            try (RawClient client = RawClient.open(gateway.port())) {
                client.send(out -> StartupPacket.writeStartup(
                        out, StartupPacket.PROTOCOL_3_0, Map.of("user", PostgresFixture.USER)));
                assertThat(client.receive().type()).isEqualTo('R');
                client.send(out -> FrontendMessages.saslInitialResponse(out, "SCRAM-SHA-256", first));
                assertThat(client.receive().sqlState()).isEqualTo("08P01");
                assertThat(client.receiveToEnd()).isEmpty();
            }
        }
    }

    @Test
    void randomBytesHarmNobodyElse() throws Exception {
        try (RawClient witness = RawClient.login(gateway.port())) {
            for (long seed = 1; seed <= 150; seed++) {
                Random random = new Random(seed);
                boolean loggedIn = random.nextInt(3) > 0;
                byte[] bytes = loggedIn ? mutated(random) : new byte[1 + random.nextInt(200)];
                if (!loggedIn) {
                    random.nextBytes(bytes);
                }
                try (RawClient client = loggedIn ? RawClient.login(gateway.port()) : RawClient.open(gateway.port())) {
                    client.send(bytes);
                } catch (IOException e) {
                    // The gateway may close while bytes are still being sent.
                    assertThat(e.getMessage()).isNotNull();
                }
                if (seed % 25 == 0) {
                    assertThat(RawClient.types(witness.query("SELECT 1")))
                            .as("seed " + seed)
                            .isEqualTo("TDCZ");
                }
            }
            await().until(() -> gateway.counters().sessions() == 1);
            assertThat(RawClient.types(witness.query("SELECT 1"))).isEqualTo("TDCZ");
        }
    }

    /** A valid conversation with a few bytes changed, cut off somewhere. */
    private static byte[] mutated(Random random) {
        byte[] bytes = RawClient.bytes(out -> {
            FrontendMessages.parse(out, "s", "SELECT $1::int");
            FrontendMessages.bind(out, "p", "s", List.of(Optional.of("1")));
            FrontendMessages.describe(out, FrontendMessages.PORTAL, "p");
            FrontendMessages.execute(out, "p");
            FrontendMessages.sync(out);
            FrontendMessages.query(out, "SELECT 1; BEGIN; SET x.y = 'z'");
            FrontendMessages.close(out, FrontendMessages.STATEMENT, "s");
            FrontendMessages.sync(out);
        });
        int changes = 1 + random.nextInt(4);
        for (int change = 0; change < changes; change++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return java.util.Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
    }
}
