package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.pool.ConnectionLimits;
import io.howdah.gateway.pool.PoolRules;
import io.howdah.gateway.pool.PoolingSettings;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** When a server has fewer connections than all roles together want, none of them starves. */
@ExtendWith(WithPostgres.class)
final class ScarceConnectionsTest {
    private static final String OTHER = "neighbor";
    private static final String OTHER_PASSWORD = "neighbor password";

    private final PostgresFixture postgres;

    ScarceConnectionsTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    @BeforeEach
    void createRole() {
        postgres.first().sql("CREATE ROLE " + OTHER + " LOGIN PASSWORD '" + OTHER_PASSWORD + "'");
    }

    @AfterEach
    void dropRole() {
        postgres.first().sql("DROP ROLE " + OTHER);
    }

    private TestGateway gateway(ConnectionLimits limits) {
        PoolingSettings pooling = PoolingSettings.USUAL
                .usual(PoolRules.USUAL.waiting(Duration.ofMinutes(2)))
                .connections(limits);
        return TestGateway.before(postgres, TestGateway.Settings.usual().pooling(pooling));
    }

    private static RawClient neighbor(TestGateway gateway) throws Exception {
        RawClient client = RawClient.open(gateway.port());
        client.logIn(OTHER, OTHER_PASSWORD, Map.of());
        return client;
    }

    private static void begin(RawClient client) throws Exception {
        client.send(out -> FrontendMessages.query(out, "BEGIN"));
    }

    private static void awaitWaiting(TestGateway gateway, int clients) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> pools(gateway).stream()
                                .mapToInt(GatewayReport.Pool::waiting)
                                .sum()
                        == clients);
    }

    private static List<GatewayReport.Pool> pools(TestGateway gateway) throws Exception {
        return gateway.server().control().report().get().pools();
    }

    @Test
    void aRoleWithManyWaitingClientsLeavesAnotherItsShare() throws Exception {
        try (TestGateway gateway = gateway(new ConnectionLimits(4, 0, 0));
                RawClient neighbor = neighbor(gateway)) {
            List<RawClient> clients = RawClient.logins(gateway.port(), 12);
            for (RawClient client : clients) {
                begin(client);
            }
            awaitWaiting(gateway, 8);
            assertThat(RawClient.types(clients.get(0).receiveReady(1))).isEqualTo("CZ");
            begin(neighbor);
            awaitWaiting(gateway, 9);
            clients.get(0).query("COMMIT");
            assertThat(RawClient.types(neighbor.receiveReady(1))).isEqualTo("CZ");
            awaitWaiting(gateway, 8);
            neighbor.query("COMMIT");
            RawClient.close(clients);
        }
    }

    @Test
    void rolesBeyondTheLimitTakeTurns() throws Exception {
        try (TestGateway gateway = gateway(new ConnectionLimits(1, 0, 0));
                RawClient client = RawClient.login(gateway.port());
                RawClient neighbor = neighbor(gateway)) {
            for (int round = 0; round < 3; round++) {
                assertThat(client.value("SELECT current_user")).isEqualTo(PostgresFixture.USER);
                assertThat(neighbor.value("SELECT current_user")).isEqualTo(OTHER);
            }
            assertThat(postgres.first()
                            .count("SELECT count(*) FROM pg_stat_activity WHERE usename IN ('app', '" + OTHER + "')"))
                    .isLessThanOrEqualTo(1);
        }
    }

    @Test
    void databasesAndRolesHaveLimitsOfTheirOwn() throws Exception {
        try (TestGateway gateway = gateway(new ConnectionLimits(0, 2, 3))) {
            List<RawClient> clients = RawClient.logins(gateway.port(), 3);
            for (RawClient client : clients) {
                begin(client);
            }
            awaitWaiting(gateway, 1);
            List<RawClient> elsewhere = new ArrayList<>();
            for (int index = 0; index < 2; index++) {
                elsewhere.add(RawClient.login(gateway.port(), Map.of("database", "template1")));
            }
            for (RawClient client : elsewhere) {
                begin(client);
            }
            assertThat(RawClient.types(elsewhere.get(0).receiveReady(1))).isEqualTo("CZ");
            awaitWaiting(gateway, 2);
            assertThat(RawClient.types(clients.get(0).receiveReady(1))).isEqualTo("CZ");
            clients.get(0).query("COMMIT");
            awaitWaiting(gateway, 1);
            RawClient.close(clients);
            RawClient.close(elsewhere);
        }
    }

    @Test
    void aServerThatIsReallyFullIsSharedAsFairly() throws Exception {
        List<Connection> strangers = new ArrayList<>();
        try (TestGateway gateway = gateway(ConnectionLimits.NONE);
                RawClient neighbor = neighbor(gateway)) {
            List<RawClient> clients = RawClient.logins(gateway.port(), 12);
            fill(strangers);
            for (int free = 0; free < 3; free++) {
                strangers.removeLast().close();
            }
            for (RawClient client : clients) {
                begin(client);
            }
            assertThat(RawClient.types(clients.get(0).receiveReady(1))).isEqualTo("CZ");
            // What the neighbor does not use is taken for those who wait.
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> pools(gateway).stream()
                            .filter(pool -> pool.user().equals(OTHER))
                            .allMatch(pool -> pool.idle() == 0));
            begin(neighbor);
            await().atMost(Duration.ofSeconds(30))
                    .until(() ->
                            pools(gateway).stream().anyMatch(pool -> pool.user().equals(OTHER) && pool.waiting() == 1));
            int served = 0;
            // A connection that comes back while the neighbor tries in vain to open one goes to the next client of the
            // same role.
            while (neighbor.isSilentFor(500)) {
                if (served > 0) {
                    assertThat(RawClient.types(clients.get(served).receiveReady(1)))
                            .isEqualTo("CZ");
                }
                clients.get(served).query("COMMIT");
                served++;
            }
            assertThat(served).isLessThan(clients.size());
            assertThat(RawClient.types(neighbor.receiveReady(1))).isEqualTo("CZ");
            RawClient.close(clients);
        } finally {
            for (Connection each : strangers) {
                each.close();
            }
        }
    }

    private void fill(List<Connection> strangers) {
        try {
            while (true) {
                strangers.add(postgres.first().connect(PostgresFixture.USER, PostgresFixture.PASSWORD));
            }
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("53300");
        }
    }
}
