package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;

/** Large things pass through without being gathered. */
@ExtendWith(WithPostgres.class)
final class StreamTest {
    private static final int MEGABYTE = 1 << 20;
    private static final long BOUND_BYTES = 24L * MEGABYTE;

    private final TestGateway gateway;

    private final long idleBytes;

    StreamTest(PostgresFixture postgres) {
        this.gateway = TestGateway.before(postgres);
        this.idleBytes = directBytes();
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private static long directBytes() {
        return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }

    @Test
    void aRowOfThirtyMegabytesPassesBothWays() throws Exception {
        String value = "x".repeat(30 * MEGABYTE);
        try (RawClient client = RawClient.login(gateway.port())) {
            client.send(out -> {
                FrontendMessages.parse(out, "", "SELECT $1::text");
                FrontendMessages.bind(out, "", "", List.of(Optional.of(value)));
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
            });
            var answer = client.receiveReady(1);
            assertThat(RawClient.types(answer)).isEqualTo("12DCZ");
            assertThat(answer.get(2).body()).hasSize(30 * MEGABYTE + 6);
            assertThat(directBytes() - idleBytes).isLessThan(BOUND_BYTES);
        }
    }

    @Test
    void aLongQueryTextPasses() throws Exception {
        String sql = "SELECT length('" + "y".repeat(5 * MEGABYTE) + "')";
        try (RawClient client = RawClient.login(gateway.port())) {
            assertThat(RawClient.types(client.query(sql))).isEqualTo("TDCZ");
            assertThat(RawClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
        }
    }

    @Test
    void aClientThatDoesNotReadStopsTheServer() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.send(out -> FrontendMessages.query(out, "SELECT repeat('z', 100000) FROM generate_series(1, 1500)"));
            assertThat(client.isSilentFor(200)).isFalse();
            assertThat(directBytes() - idleBytes).isLessThan(BOUND_BYTES);
            var answer = client.receiveReady(1);
            assertThat(answer).hasSize(1500 + 3);
        }
    }

    @Test
    void copyPassesBothWays() throws Exception {
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE copied (id int, words text)");
            var copy = connection.unwrap(PGConnection.class).getCopyAPI();
            byte[] line = ("7\t" + "w".repeat(1000) + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
            long rows = copy.copyIn("COPY copied FROM STDIN", repeated(line, 20_000));
            assertThat(rows).isEqualTo(20_000);
            CountingStream sink = new CountingStream();
            assertThat(copy.copyOut("COPY copied TO STDOUT", sink)).isEqualTo(20_000);
            assertThat(sink.count).isEqualTo(20_000L * line.length);
            assertThat(directBytes() - idleBytes).isLessThan(BOUND_BYTES);
        }
    }

    private static InputStream repeated(byte[] line, int times) {
        return new InputStream() {
            private int lines = times;
            private int position;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                if (lines == 0) {
                    return -1;
                }
                int step = Math.min(length, line.length - position);
                System.arraycopy(line, position, target, offset, step);
                position += step;
                if (position == line.length) {
                    position = 0;
                    lines--;
                }
                return step;
            }
        };
    }

    private static final class CountingStream extends OutputStream {
        private long count;

        @Override
        public void write(int value) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
        }
    }

    @Test
    void aPipelineOfThousandsOfRequestsPasses() throws Exception {
        int requests = 5_000;
        try (RawClient client = RawClient.login(gateway.port())) {
            byte[] one = RawClient.bytes(out -> {
                FrontendMessages.parse(out, "", "SELECT $1::int");
                FrontendMessages.bind(out, "", "", List.of(Optional.of("5")));
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
            });
            byte[] all = new byte[one.length * requests];
            for (int index = 0; index < requests; index++) {
                System.arraycopy(one, 0, all, index * one.length, one.length);
            }
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    client.send(all);
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            String types = RawClient.types(client.receiveReady(requests));
            writer.join();
            assertThat(types).isEqualTo("12DCZ".repeat(requests));
        }
    }
}
