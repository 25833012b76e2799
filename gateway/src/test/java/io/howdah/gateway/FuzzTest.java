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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Bytes that were valid before something happened to them cost nothing but their connection: other clients go on, and nothing stays
 * behind. The seed is fixed, so that a failure can be had again.
 */
@ExtendWith(WithPostgres.class)
final class FuzzTest {
    private static final int ROUNDS = 250;

    private final PostgresFixture postgres;

    FuzzTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    @Test
    void brokenConversationsEndAlone() throws Exception {
        Random random = new Random(20261121);
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient bystander = RawClient.login(gateway.port())) {
            for (int round = 0; round < ROUNDS; round++) {
                byte[] bytes = mutated(conversation(random), random);
                try (RawClient client = RawClient.login(gateway.port())) {
                    sendInPieces(client, bytes, random);
                    client.isSilentFor(1);
                }
                if (round % 10 == 0) {
                    assertThat(bystander.value("SELECT 40 + 2"))
                            .as("round %d", round)
                            .isEqualTo("42");
                }
            }
            await().until(() -> gateway.counters().sessions() == 1);
            assertThat(bystander.value("SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"
                            + " AND state LIKE 'idle in transaction%'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void brokenStartsEndAlone() throws Exception {
        Random random = new Random(4711);
        byte[] start = RawClient.bytes(out -> {
            StartupPacket.writeSslRequest(out);
            StartupPacket.writeStartup(
                    out,
                    StartupPacket.PROTOCOL_3_2,
                    Map.of("user", "app", "database", "postgres", "options", "-c a=b"));
            FrontendMessages.saslInitialResponse(out, "SCRAM-SHA-256", "n,,n=,r=abcdefgh");
            FrontendMessages.saslResponse(out, "c=biws,r=abcdefgh,p=AAAA");
        });
        try (TestGateway gateway = TestGateway.before(postgres)) {
            for (int round = 0; round < ROUNDS; round++) {
                try (RawClient client = RawClient.open(gateway.port())) {
                    sendInPieces(client, mutated(start, random), random);
                    client.isSilentFor(1);
                }
            }
            try (RawClient client = RawClient.login(gateway.port())) {
                assertThat(client.value("SELECT 1")).isEqualTo("1");
            }
            await().until(() -> gateway.counters().sessions() == 0);
        }
    }

    private static byte[] conversation(Random random) {
        return RawClient.bytes(out -> {
            for (int message = 0; message < 6; message++) {
                switch (random.nextInt(8)) {
                    case 0 -> FrontendMessages.query(out, "SELECT 1; SELECT 2");
                    case 1 -> FrontendMessages.query(out, "SET work_mem = '1MB'");
                    case 2 -> FrontendMessages.parse(out, "s" + random.nextInt(2), "SELECT $1::int");
                    case 3 -> FrontendMessages.bind(out, "", "s0", List.of(Optional.of("1")));
                    case 4 -> FrontendMessages.describe(out, FrontendMessages.STATEMENT, "s1");
                    case 5 -> FrontendMessages.execute(out, "");
                    case 6 -> FrontendMessages.close(out, FrontendMessages.STATEMENT, "s0");
                    default -> FrontendMessages.sync(out);
                }
            }
        });
    }

    /** A few bytes changed, taken out, doubled or cut off. */
    private static byte[] mutated(byte[] valid, Random random) {
        byte[] bytes = valid.clone();
        for (int change = random.nextInt(4); change >= 0; change--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
                case 3 -> {
                    int end = Math.min(bytes.length, at + random.nextInt(8));
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + end - at);
                    System.arraycopy(bytes, at, longer, end, bytes.length - at);
                    bytes = longer;
                }
                default -> {
                    int end = Math.min(bytes.length, at + random.nextInt(8));
                    byte[] shorter = Arrays.copyOf(bytes, Math.max(1, bytes.length - (end - at)));
                    System.arraycopy(
                            bytes,
                            end,
                            shorter,
                            Math.min(at, shorter.length),
                            Math.min(bytes.length - end, shorter.length - Math.min(at, shorter.length)));
                    bytes = shorter;
                }
            }
        }
        return bytes;
    }

    private static void sendInPieces(RawClient client, byte[] bytes, Random random) {
        try {
            int at = 0;
            while (at < bytes.length) {
                int end = Math.min(bytes.length, at + 1 + random.nextInt(64));
                client.send(Arrays.copyOfRange(bytes, at, end));
                at = end;
            }
        } catch (IOException e) {
            // The gateway has had enough of it, as it should.
        }
    }
}
