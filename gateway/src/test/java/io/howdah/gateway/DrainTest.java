package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.pool.PoolMode;
import io.howdah.gateway.pool.PoolRules;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.kernel.model.NodeStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** Planned switchovers under clients that never pause: they wait, and each of them goes on without an error. */
@ParameterizedClass
@CsvSource({"TRANSACTION, 3", "SESSION, 12"})
@ExtendWith(WithPostgres.class)
final class DrainTest {
    private static final int CLIENTS = 12;
    private static final int SWITCHOVERS = 4;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String CONNECTIONS =
            "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + PostgresFixture.USER + "'";

    private final PoolMode mode;
    private final int connections;
    private final PostgresFixture postgres;
    private final AtomicIntegerArray answers = new AtomicIntegerArray(CLIENTS);
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final AtomicBoolean stop = new AtomicBoolean();

    DrainTest(PoolMode mode, int connections, PostgresFixture postgres) {
        this.mode = mode;
        this.connections = connections;
        this.postgres = postgres;
    }

    @Test
    void clientsGoOnAtTheNextServerThoughTheyHadToWaitInLine() throws Exception {
        try (TestGateway gateway = TestGateway.before(
                postgres,
                TestGateway.Settings.usual()
                        .pooling(PoolRules.USUAL.size(0, connections).mode(mode)))) {
            List<Thread> clients = IntStream.range(0, CLIENTS)
                    .mapToObj(client -> Thread.ofVirtual().start(() -> ask(gateway, client)))
                    .toList();
            for (int i = 1; i <= SWITCHOVERS; i++) {
                awaitAnswersToAll();
                PostgresFixture.Server from = i % 2 == 1 ? postgres.first() : postgres.second();
                PostgresFixture.Server to = i % 2 == 1 ? postgres.second() : postgres.first();
                gateway.routes.successor(to.backend());
                String prepared = NodeStatus.preparation(to.backend().node());
                int expected = i;
                await().until(() -> Collections.frequency(gateway.routes.drained(), prepared) == (expected + 1) / 2);
                assertThat(to.count(CONNECTIONS)).isEqualTo(connections);
                String drain = "drain" + i;
                gateway.routes.drain(drain);
                await().until(() -> gateway.routes.drained().contains(drain));
                gateway.routes.noPrimary();
                from.killBackends(PostgresFixture.USER);
                gateway.routes.primary(to.backend());
            }
            awaitAnswersToAll();
            stop.set(true);
            for (Thread client : clients) {
                client.join();
            }
        }
        assertThat(errors).isEmpty();
    }

    private void awaitAnswersToAll() {
        int[] before = IntStream.range(0, CLIENTS).map(answers::get).toArray();
        await().atMost(LIMIT)
                .until(() -> IntStream.range(0, CLIENTS).allMatch(client -> answers.get(client) > before[client] + 3));
    }

    private void ask(TestGateway gateway, int client) {
        try (Connection connection = gateway.connect(Map.of("prepareThreshold", "2"));
                PreparedStatement statement = connection.prepareStatement("SELECT repeat(?, 2)")) {
            while (!stop.get()) {
                statement.setString(1, "4MB");
                statement.executeQuery().close();
                answers.incrementAndGet(client);
            }
        } catch (SQLException e) {
            errors.add(e.getSQLState() + ": " + e.getMessage());
        }
    }
}
