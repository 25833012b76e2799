package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.pool.PoolMode;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** While there is no primary, or it is about to change, statements wait instead of failing. */
@ParameterizedClass
@EnumSource(
        value = PoolMode.class,
        names = {"SESSION", "TRANSACTION"})
@ExtendWith(WithPostgres.class)
final class HoldingTest {
    private final PoolMode mode;
    private final PostgresFixture postgres;

    HoldingTest(PoolMode mode, PostgresFixture postgres) {
        this.mode = mode;
        this.postgres = postgres;
    }

    @Test
    void heldStatementsGoOnInOrderWhenAPrimaryIsThere() throws Exception {
        try (TestGateway gateway =
                TestGateway.before(postgres, TestGateway.Settings.usual().mode(mode))) {
            List<RawClient> clients = new ArrayList<>();
            for (int index = 0; index < 5; index++) {
                clients.add(RawClient.login(gateway.port()));
            }
            gateway.routes.noPrimary();
            for (RawClient client : clients) {
                client.send(out -> {
                    FrontendMessages.query(out, "SELECT 1");
                    FrontendMessages.query(out, "SELECT 2");
                });
            }
            await().until(() -> gateway.counters().holds() == 5);
            for (RawClient client : clients) {
                assertThat(client.isSilentFor(10)).isTrue();
            }
            gateway.routes.primary(postgres.second().backend());
            for (RawClient client : clients) {
                assertThat(RawClient.types(client.receiveReady(2))).isEqualTo("TDCZTDCZ");
                client.close();
            }
        }
    }

    @Test
    void newConnectionsWaitToo() throws Exception {
        try (TestGateway gateway =
                TestGateway.before(postgres, TestGateway.Settings.usual().mode(mode))) {
            gateway.routes.noPrimary();
            CompletableFuture<RawClient> login = CompletableFuture.supplyAsync(() -> {
                try {
                    return RawClient.login(gateway.port());
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            await().until(() -> gateway.counters().sessions() == 1);
            assertThat(login).isNotDone();
            gateway.routes.primary(postgres.first().backend());
            try (RawClient client = login.get()) {
                assertThat(RawClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
            }
        }
    }

    @Test
    void aTransactionThatIsOpenGoesOnWhileTheGateIsClosed() throws Exception {
        try (TestGateway gateway = TestGateway.before(
                        postgres, TestGateway.Settings.usual().mode(mode));
                RawClient client = RawClient.login(gateway.port())) {
            client.query("BEGIN");
            gateway.routes.noPrimary();
            assertThat(RawClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
            assertThat(RawClient.types(client.query("COMMIT"))).isEqualTo("CZ");
            client.send(out -> FrontendMessages.query(out, "SELECT 1"));
            assertThat(client.isSilentFor(100)).isTrue();
            gateway.routes.primary(postgres.first().backend());
            assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("TDCZ");
        }
    }

    @Test
    void theDeadlineEndsInAnErrorAndTheSessionGoesOn() throws Exception {
        var settings = TestGateway.Settings.usual().mode(mode).holding(Duration.ofMillis(300));
        try (TestGateway gateway = TestGateway.before(postgres, settings);
                RawClient simple = RawClient.login(gateway.port());
                RawClient extended = RawClient.login(gateway.port())) {
            gateway.routes.noPrimary();
            simple.send(out -> {
                FrontendMessages.query(out, "SELECT 1");
                FrontendMessages.query(out, "SELECT 2");
            });
            extended.send(out -> {
                FrontendMessages.parse(out, "", "SELECT 1");
                FrontendMessages.bind(out, "", "", List.of());
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
            });
            var answer = simple.receiveReady(2);
            assertThat(RawClient.types(answer)).isEqualTo("EZEZ");
            assertThat(answer.getFirst().sqlState()).isEqualTo("57P03");
            assertThat(answer.getFirst().field('D')).contains("no primary").contains("not executed");
            assertThat(answer.getFirst().field('H')).contains("howdah status");
            assertThat(RawClient.types(extended.receiveReady(1))).isEqualTo("EZ");
            gateway.routes.primary(postgres.first().backend());
            assertThat(RawClient.types(simple.query("SELECT 1"))).isEqualTo("TDCZ");
            assertThat(RawClient.types(extended.query("SELECT 1"))).isEqualTo("TDCZ");
        }
    }

    @Test
    void aConnectionThatWaitedInVainIsToldWhy() throws Exception {
        var settings = TestGateway.Settings.usual().mode(mode).holding(Duration.ofMillis(200));
        try (TestGateway gateway = TestGateway.before(postgres, settings)) {
            gateway.routes.noPrimary();
            try (RawClient client = RawClient.open(gateway.port())) {
                var last = client.logIn(PostgresFixture.USER, PostgresFixture.PASSWORD, Map.of())
                        .getLast();
                assertThat(last.sqlState()).isEqualTo("57P03");
                assertThat(last.field('V')).isEqualTo("FATAL");
            }
        }
    }

    @Test
    void aPrimaryThatRefusesConnectionsIsTriedAgain() throws Exception {
        try (TestGateway gateway =
                TestGateway.before(postgres, TestGateway.Settings.usual().mode(mode))) {
            int deadPort = PostgresFixture.freePort();
            var dead = new io.howdah.gateway.route.Backend(
                    TestGateway.HOME,
                    postgres.first().backend().node(),
                    postgres.first().backend().cell(),
                    "127.0.0.1",
                    deadPort);
            try (RawClient client = RawClient.login(gateway.port())) {
                gateway.routes.primary(dead);
                client.send(out -> FrontendMessages.query(out, "SELECT 1"));
                assertThat(client.isSilentFor(200)).isTrue();
                gateway.routes.primary(postgres.first().backend());
                assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("TDCZ");
            }
        }
    }

    @Test
    void aStandbyIsNeverTakenForThePrimary() throws Exception {
        var settings = TestGateway.Settings.usual().mode(mode).holding(Duration.ofMillis(300));
        try (TestGateway gateway = TestGateway.before(postgres, settings);
                RawClient client = RawClient.login(gateway.port())) {
            gateway.routes.primary(postgres.standby().backend());
            var answer = client.query("SELECT 1");
            assertThat(answer.getFirst().sqlState()).isEqualTo("57P03");
            assertThat(answer.getFirst().field('D')).contains("still a standby");
        }
    }

    @Test
    void anIdleGatewayIsDrainedAtOnceAndOnlyOnce() throws Exception {
        try (TestGateway gateway = TestGateway.before(
                        postgres, TestGateway.Settings.usual().mode(mode).loops(2));
                RawClient client = RawClient.login(gateway.port());
                RawClient other = RawClient.login(gateway.port())) {
            gateway.routes.drain("switchover-1");
            await().until(() -> gateway.routes.drained().equals(List.of("switchover-1")));
            client.send(out -> FrontendMessages.query(out, "SELECT 1"));
            other.send(out -> FrontendMessages.query(out, "SELECT 1"));
            assertThat(client.isSilentFor(100)).isTrue();
            gateway.routes.undrain();
            assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("TDCZ");
            assertThat(RawClient.types(other.receiveReady(1))).isEqualTo("TDCZ");
            assertThat(gateway.routes.drained()).hasSize(1);
            gateway.routes.drain("switchover-2");
            await().until(() -> gateway.routes.drained().equals(List.of("switchover-1", "switchover-2")));
        }
    }

    @Test
    void aDrainWaitsForTransactionsAndRequestsInFlight() throws Exception {
        try (TestGateway gateway = TestGateway.before(
                        postgres, TestGateway.Settings.usual().mode(mode));
                RawClient open = RawClient.login(gateway.port());
                RawClient pipelining = RawClient.login(gateway.port())) {
            open.query("BEGIN");
            pipelining.send(out -> FrontendMessages.query(out, "SELECT pg_sleep(0.5)"));
            await().until(() -> gateway.running("pg_sleep(0.5)") == 1);
            gateway.routes.drain("d");
            assertThat(RawClient.types(open.query("SELECT 1"))).isEqualTo("TDCZ");
            pipelining.send(out -> FrontendMessages.query(out, "SELECT 'held'"));
            assertThat(RawClient.types(pipelining.receiveReady(1))).isEqualTo("TDCZ");
            assertThat(gateway.routes.drained()).isEmpty();
            assertThat(RawClient.types(open.query("COMMIT"))).isEqualTo("CZ");
            await().until(() -> gateway.routes.drained().equals(List.of("d")));
            assertThat(pipelining.isSilentFor(50)).isTrue();
            gateway.routes.primary(postgres.second().backend());
            var held = pipelining.receiveReady(1);
            assertThat(RawClient.types(held)).isEqualTo("TDCZ");
        }
    }

    @Test
    void readersOnReplicasAreNotHeldByADrain() throws Exception {
        try (TestGateway gateway =
                TestGateway.before(postgres, TestGateway.Settings.usual().mode(mode))) {
            gateway.routes.replicas(postgres.standby().backend());
            try (RawClient reader = RawClient.login(gateway.port(PortRole.READ_ONLY))) {
                gateway.routes.drain("d");
                await().until(() -> !gateway.routes.drained().isEmpty());
                assertThat(RawClient.types(reader.query("SELECT 1"))).isEqualTo("TDCZ");
            }
        }
    }

    @Test
    void cancelEndsAHeldStatement() throws Exception {
        try (TestGateway gateway = TestGateway.before(
                        postgres, TestGateway.Settings.usual().mode(mode));
                RawClient client = RawClient.login(gateway.port())) {
            gateway.routes.noPrimary();
            client.send(out -> FrontendMessages.query(out, "SELECT 1"));
            await().until(() -> gateway.counters().holds() == 1);
            try (RawClient canceler = RawClient.open(gateway.port())) {
                canceler.send(out -> out.writeInt(16)
                        .writeInt(80877102)
                        .writeInt(client.pid())
                        .writeInt(client.secret()));
                assertThat(canceler.receiveToEnd()).isEmpty();
            }
            var answer = client.receiveReady(1);
            assertThat(RawClient.types(answer)).isEqualTo("EZ");
            assertThat(answer.getFirst().sqlState()).isEqualTo("57014");
        }
    }
}
