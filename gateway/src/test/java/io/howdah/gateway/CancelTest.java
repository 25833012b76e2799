package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.Bytes;
import io.howdah.postgres.wire.FrontendMessages;
import io.howdah.postgres.wire.StartupPacket;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(WithPostgres.class)
final class CancelTest {
    private static final String RUNNING =
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND state = 'active' AND query LIKE '%pg_sleep%'";

    private final PostgresFixture postgres;
    private final TestGateway gateway;

    CancelTest(PostgresFixture postgres) {
        this.postgres = postgres;
        this.gateway = TestGateway.before(postgres);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private void cancel(int pid, int secret) throws IOException {
        try (RawClient canceler = RawClient.open(gateway.port())) {
            canceler.send(out -> out.writeInt(16)
                    .writeInt(StartupPacket.CANCEL_CODE)
                    .writeInt(pid)
                    .writeInt(secret));
            assertThat(canceler.receiveToEnd()).isEmpty();
        }
    }

    @Test
    void aCancelReachesItsQueryAndNoOther() throws Exception {
        try (RawClient victim = RawClient.login(gateway.port());
                RawClient bystander = RawClient.login(gateway.port())) {
            victim.send(out -> FrontendMessages.query(out, "SELECT pg_sleep(30)"));
            bystander.send(out -> FrontendMessages.query(out, "SELECT pg_sleep(1)"));
            await().until(() -> postgres.first().count(RUNNING) == 2);
            cancel(victim.pid(), victim.secret());
            var answer = victim.receiveReady(1);
            assertThat(RawClient.types(answer)).isEqualTo("TEZ");
            assertThat(answer.get(1).sqlState()).isEqualTo("57014");
            assertThat(RawClient.types(bystander.receiveReady(1))).isEqualTo("TDCZ");
            assertThat(RawClient.types(victim.query("SELECT 1"))).isEqualTo("TDCZ");
        }
    }

    @Test
    void clientsOfProtocol32GetLongSecrets() throws Exception {
        try (RawClient victim = RawClient.open(gateway.port()).speaking(StartupPacket.PROTOCOL_3_2)) {
            assertThat(RawClient.types(victim.logIn(PostgresFixture.USER, PostgresFixture.PASSWORD, Map.of())))
                    .startsWith("S")
                    .endsWith("KZ");
            assertThat(victim.wholeSecret()).hasSize(32);
            victim.send(out -> FrontendMessages.query(out, "SELECT pg_sleep(30)"));
            await().until(() -> postgres.first().count(RUNNING) == 1);
            // The first four bytes are not enough.
            cancel(victim.pid(), victim.secret());
            assertThat(victim.isSilentFor(50)).isTrue();
            try (RawClient canceler = RawClient.open(gateway.port())) {
                canceler.send(out -> StartupPacket.writeCancel(out, victim.pid(), Bytes.of(victim.wholeSecret())));
                assertThat(canceler.receiveToEnd()).isEmpty();
            }
            assertThat(victim.receiveReady(1).get(1).sqlState()).isEqualTo("57014");
        }
    }

    @Test
    void aWrongSecretCancelsNothing() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.send(out -> FrontendMessages.query(out, "SELECT pg_sleep(0.5)"));
            await().until(() -> postgres.first().count(RUNNING) == 1);
            cancel(client.pid(), client.secret() + 1);
            cancel(client.pid() ^ 1, client.secret());
            assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("TDCZ");
            assertThat(gateway.counters().cancels()).isZero();
        }
    }

    @Test
    void aLateCancelNeverHitsTheNextStatement() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            for (int round = 0; round < 30; round++) {
                client.send(out -> FrontendMessages.query(out, "SELECT pg_sleep(0.002)"));
                cancel(client.pid(), client.secret());
                assertThat(RawClient.types(client.receiveReady(1))).isIn("TDCZ", "TEZ", "EZ");
                assertThat(RawClient.types(client.query("SELECT count(*) FROM numbers")))
                        .isEqualTo("TDCZ");
            }
        }
    }

    @Test
    void aCancelFollowsTheSessionToItsNewServer() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            postgres.first().killBackends("app");
            await().until(() -> gateway.counters().backendLosses() == 1);
            client.send(out -> FrontendMessages.query(out, "SELECT pg_sleep(30)"));
            await().until(() -> postgres.first().count(RUNNING) == 1);
            cancel(client.pid(), client.secret());
            assertThat(client.receiveReady(1).get(1).sqlState()).isEqualTo("57014");
        }
    }
}
