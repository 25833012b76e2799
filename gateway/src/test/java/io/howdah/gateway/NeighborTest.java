package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.pool.PoolRules;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.Bytes;
import io.howdah.postgres.wire.FrontendMessages;
import io.howdah.postgres.wire.StartupPacket;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that are slow, silent or greedy: their neighbor's queries are answered as if they were not there, and memory has a bound. */
@ExtendWith(WithPostgres.class)
final class NeighborTest {
    /** Far more than a query takes, far less than anybody would wait. */
    private static final Duration QUICK = Duration.ofMillis(100);

    private static final long MEMORY_BYTES = 48L << 20;
    private static final int CROWD = 40;

    private final PostgresFixture postgres;
    private final TestGateway gateway;
    private final List<RawClient> crowd = new ArrayList<>();
    private final long memoryBefore = memory();

    NeighborTest(PostgresFixture postgres) {
        this.postgres = postgres;
        this.gateway = TestGateway.before(postgres, settings());
    }

    private static TestGateway.Settings settings() {
        return TestGateway.Settings.usual().clients(200).pooling(PoolRules.USUAL.size(0, 12));
    }

    @AfterEach
    void close() throws IOException {
        RawClient.close(crowd);
        gateway.close();
    }

    private static long memory() {
        return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }

    private RawClient add(RawClient client) {
        crowd.add(client);
        return client;
    }

    /** The neighbor asks many times and most of the answers come at once. */
    private void assertThatNobodyNotices(RawClient neighbor) throws IOException {
        long[] nanos = new long[101];
        for (int query = 0; query < nanos.length; query++) {
            long before = System.nanoTime();
            assertThat(neighbor.value("SELECT 40 + 2")).isEqualTo("42");
            nanos[query] = System.nanoTime() - before;
        }
        Arrays.sort(nanos);
        assertThat(Duration.ofNanos(nanos[nanos.length / 2])).isLessThan(QUICK);
        assertThat(memory() - memoryBefore).isLessThan(MEMORY_BYTES);
    }

    @Test
    void whoDoesNotLogInIsEndedInTime() throws Exception {
        byte[] start = RawClient.bytes(out -> StartupPacket.writeStartup(
                out, StartupPacket.PROTOCOL_3_0, Map.of("user", "app", "options", "x".repeat(9_000))));
        try (TestGateway impatient = TestGateway.before(postgres, settings().login(Duration.ofSeconds(2)));
                RawClient neighbor = RawClient.login(impatient.port())) {
            for (int index = 0; index < CROWD; index++) {
                RawClient client = add(RawClient.open(impatient.port()));
                client.send(Arrays.copyOf(start, index % 4 == 0 ? 0 : index % 4 == 1 ? 3 : start.length - 1));
                if (index % 4 == 3) {
                    client.send(new byte[] {0});
                }
            }
            assertThatNobodyNotices(neighbor);
            for (RawClient client : crowd) {
                assertThat(new String(client.receiveToEnd(), StandardCharsets.ISO_8859_1))
                        .contains("57014", "canceling authentication due to timeout");
            }
            assertThat(impatient.counters().sessions()).isEqualTo(1);
        }
    }

    /** Sent to PostgreSQL 15 itself this crashes the server, and all its sessions with it. */
    @Test
    void whoExecutesWhatAFailedQueryLeftCrashesNothing() throws Exception {
        List<String> queries = List.of(
                "BEGIN",
                "EXECUTE nothing",
                "COPY nothing FROM STDIN",
                "COPY (SELECT * FROM numbers WHERE id < 20) TO STDOUT",
                "-- nothing");
        try (RawClient neighbor = RawClient.login(gateway.port());
                RawClient client = RawClient.login(gateway.port())) {
            neighbor.query("CREATE TEMP TABLE mine AS SELECT 42 AS answer");
            client.send(out -> {
                queries.forEach(sql -> FrontendMessages.query(out, sql));
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
                FrontendMessages.query(out, "ROLLBACK");
            });
            List<RawClient.Message> answers = client.receiveReady(queries.size() + 2);
            assertThat(answers.stream().map(RawClient.Message::sqlState).toList())
                    .contains("34000");
            assertThat(RawClient.types(answers)).endsWith("EZCZ");
            assertThat(neighbor.value("SELECT answer FROM mine")).isEqualTo("42");
        }
    }

    @Test
    void whoDoesNotReadWaitsForItself() throws Exception {
        try (RawClient neighbor = RawClient.login(gateway.port())) {
            for (int index = 0; index < 5; index++) {
                add(RawClient.login(gateway.port()))
                        .send(out -> FrontendMessages.query(
                                out, "SELECT repeat('x', 1000) FROM generate_series(1, 200000)"));
            }
            await().until(() ->
                    postgres.first().count("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'ClientWrite'")
                            == 5);
            assertThatNobodyNotices(neighbor);
        }
    }

    /** Requests that the gateway answers itself would cost the sender nothing. */
    @Test
    void whoAsksWithoutReadingIsNotListenedTo() throws Exception {
        byte[] syncs = RawClient.bytes(out -> {
            for (int index = 0; index < 10_000; index++) {
                FrontendMessages.sync(out);
            }
        });
        AtomicLong sent = new AtomicLong();
        try (RawClient neighbor = RawClient.login(gateway.port())) {
            for (int index = 0; index < 5; index++) {
                RawClient client = add(RawClient.login(gateway.port()));
                Thread.ofVirtual().start(() -> {
                    try {
                        while (true) {
                            client.send(syncs);
                            sent.addAndGet(syncs.length);
                        }
                    } catch (IOException e) {
                        // The test is over.
                    }
                });
            }
            AtomicLong before = new AtomicLong(-1);
            await().pollInterval(Duration.ofMillis(200)).until(() -> before.getAndSet(sent.get()) == sent.get());
            assertThatNobodyNotices(neighbor);
        }
    }

    @Test
    void halfOfAMessageWaitsAlone() throws Exception {
        byte[] half = RawClient.bytes(out -> out.writeByte('Q')
                .writeInt(100 << 20)
                .writeBytes("SELECT '".getBytes(StandardCharsets.US_ASCII))
                .writeBytes(new byte[1 << 20]));
        try (RawClient neighbor = RawClient.login(gateway.port())) {
            for (int index = 0; index < 10; index++) {
                add(RawClient.login(gateway.port())).send(index % 2 == 0 ? half : Arrays.copyOf(half, 20));
            }
            assertThatNobodyNotices(neighbor);
            RawClient.close(crowd);
            await().until(() -> gateway.counters().sessions() == 1);
            assertThatNobodyNotices(neighbor);
        }
    }

    @Test
    void whoSendsByteByByteIsServed() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            byte[] request = RawClient.bytes(out -> {
                FrontendMessages.parse(out, "s", "SELECT $1::text");
                FrontendMessages.bind(out, "", "s", List.of(java.util.Optional.of("slow")));
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
            });
            for (byte each : request) {
                client.send(new byte[] {each});
            }
            assertThat(RawClient.value(client.receiveReady(1))).isEqualTo("slow");
        }
    }

    @Test
    void whatIsSentBeforeTheAuthenticationIsNotExecuted() throws Exception {
        try (RawClient client = RawClient.open(gateway.port())) {
            client.send(out -> {
                StartupPacket.writeStartup(
                        out, StartupPacket.PROTOCOL_3_0, Map.of("user", "app", "database", "postgres"));
                FrontendMessages.query(out, "CREATE TABLE smuggled (a int)");
            });
            assertThat(client.receive().type()).isEqualTo('R');
            assertThat(client.receive().sqlState()).isEqualTo("08P01");
            assertThat(client.receiveToEnd()).isEmpty();
        }
        assertThat(postgres.first().count("SELECT count(*) FROM pg_class WHERE relname = 'smuggled'"))
                .isZero();
    }

    /** While the gateway looks for the role's password nothing is to be sent. */
    @Test
    void whatIsSentWhileTheGatewayIsAskingHasABound() throws Exception {
        gateway.verifiersUnavailable(true);
        try (RawClient client = RawClient.open(gateway.port())) {
            client.send(out -> StartupPacket.writeStartup(
                    out, StartupPacket.PROTOCOL_3_0, Map.of("user", "app", "database", "postgres")));
            client.receive();
            client.send(out -> FrontendMessages.saslInitialResponse(out, "SCRAM-SHA-256", "n,,n=,r=abcdefgh"));
            try {
                client.send(new byte[32 << 20]);
            } catch (IOException e) {
                // It is closed before it has taken everything.
            }
            client.receiveToEnd();
            await().until(() -> gateway.counters().protocolViolations() == 1);
            assertThat(memory() - memoryBefore).isLessThan(MEMORY_BYTES);
        }
    }

    @Test
    void aFloodOfCancelRequestsCancelsNothing() throws Exception {
        try (RawClient neighbor = RawClient.login(gateway.port())) {
            neighbor.send(out -> FrontendMessages.query(out, "SELECT pg_sleep(0.5)"));
            await().until(() -> gateway.running("pg_sleep(0.5)") == 1);
            for (int index = 0; index < 150; index++) {
                int pid = index % 2 == 0 ? neighbor.pid() : index;
                int secret = neighbor.secret() + 1 + index;
                RawClient client = add(RawClient.open(gateway.port()));
                client.send(out -> StartupPacket.writeCancel(
                        out, pid, Bytes.of(ByteBuffer.allocate(4).putInt(secret).array())));
            }
            assertThat(RawClient.types(neighbor.receiveReady(1))).isEqualTo("TDCZ");
            for (RawClient client : crowd) {
                assertThat(client.receiveToEnd()).isEmpty();
            }
            assertThat(gateway.counters().cancels()).isZero();
            assertThatNobodyNotices(neighbor);
        }
    }
}
