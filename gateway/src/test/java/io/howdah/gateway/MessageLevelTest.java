package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.pool.PoolRules;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that asks for errors only gets errors only, and still no false confirmation of a commit. */
@ExtendWith(WithPostgres.class)
final class MessageLevelTest {
    private static final String NOTICE = "DO $$ BEGIN RAISE WARNING 'mind'; END $$";
    private static final String LEVEL = "SHOW client_min_messages";

    private final PostgresFixture postgres;

    MessageLevelTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    private TestGateway gateway() {
        return TestGateway.before(postgres, TestGateway.Settings.usual().pooling(PoolRules.USUAL.size(0, 1)));
    }

    @Test
    void whatTheClientHasSetIsWhatItSeesAndGets() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient client = RawClient.login(gateway.port());
                RawClient other = RawClient.login(gateway.port())) {
            for (String quieten : List.of(
                    "SET client_min_messages = error",
                    "set session Client_Min_Messages to 'ERROR'",
                    "SET /* only */ \"client_min_messages\" TO \"error\"",
                    "SELECT set_config('client_min_messages', 'error', false)",
                    "SELECT 1; SET client_min_messages = error")) {
                assertThat(RawClient.types(client.query(quieten))).as(quieten).endsWith("CZ");
                assertThat(client.value(LEVEL)).as(quieten).isEqualTo("error");
                assertThat(RawClient.types(client.query(NOTICE))).as(quieten).isEqualTo("CZ");
                assertThat(other.value(LEVEL)).isEqualTo("notice");
                assertThat(RawClient.types(other.query(NOTICE))).isEqualTo("NCZ");
                client.query("RESET client_min_messages");
                assertThat(client.value(LEVEL)).as(quieten).isEqualTo("notice");
                assertThat(RawClient.types(client.query(NOTICE))).as(quieten).isEqualTo("NCZ");
            }
        }
    }

    @Test
    void itEndsWithTheTransaction() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient client = RawClient.login(gateway.port())) {
            for (String quieten : List.of(
                    "SET LOCAL client_min_messages = error",
                    "SET client_min_messages = error",
                    "SELECT set_config('client_min_messages', 'error', true)")) {
                client.query("BEGIN");
                client.query("SAVEPOINT before");
                client.query(quieten);
                assertThat(client.value(LEVEL)).as(quieten).isEqualTo("error");
                client.query("ROLLBACK TO before");
                assertThat(client.value(LEVEL)).as(quieten).isEqualTo("notice");
                client.query(quieten);
                assertThat(RawClient.types(client.query(NOTICE))).as(quieten).isEqualTo("CZ");
                client.query("ROLLBACK");
                assertThat(client.value(LEVEL)).as(quieten).isEqualTo("notice");
                assertThat(RawClient.types(client.query(NOTICE))).as(quieten).isEqualTo("NCZ");
            }
        }
    }

    @Test
    void otherTextsAreLeftAlone() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient client = RawClient.login(gateway.port())) {
            assertThat(client.value("SELECT 'SET client_min_messages = error'"))
                    .isEqualTo("SET client_min_messages = error");
            assertThat(client.query("SET client_min_messages = errors")
                            .getFirst()
                            .sqlState())
                    .isEqualTo("22023");
            client.query("SET client_min_messages = warning");
            assertThat(client.value(LEVEL)).isEqualTo("warning");
            assertThat(RawClient.types(client.query(NOTICE))).isEqualTo("NCZ");
        }
    }

    @Test
    void startUpParametersAndRolesOwnSettingsCountToo() throws Exception {
        try (TestGateway gateway = gateway()) {
            for (Map<String, String> parameters : List.of(
                    Map.of("client_min_messages", "error"),
                    Map.of("options", "-c client_min_messages=error -c work_mem=3MB"))) {
                try (RawClient client = RawClient.login(gateway.port(), parameters)) {
                    assertThat(client.value(LEVEL)).isEqualTo("error");
                    assertThat(RawClient.types(client.query(NOTICE))).isEqualTo("CZ");
                    client.query("SET client_min_messages = notice");
                    assertThat(RawClient.types(client.query(NOTICE))).isEqualTo("NCZ");
                    client.query("RESET ALL");
                    assertThat(client.value(LEVEL)).isEqualTo("error");
                }
            }
        }
        postgres.first().sql("ALTER ROLE app SET client_min_messages = error");
        try (TestGateway gateway = gateway();
                RawClient client = RawClient.login(gateway.port())) {
            assertThat(client.value(LEVEL)).isEqualTo("error");
            assertThat(RawClient.types(client.query(NOTICE))).isEqualTo("CZ");
        } finally {
            postgres.first().sql("ALTER ROLE app RESET client_min_messages");
        }
    }

    @Test
    void extendedQueriesAreNoWayAround() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient client = RawClient.login(gateway.port())) {
            client.send(out -> {
                FrontendMessages.parse(out, "set", "SET client_min_messages = error");
                FrontendMessages.bind(out, "", "set", List.of());
                FrontendMessages.execute(out, "");
                FrontendMessages.parse(out, "", LEVEL);
                FrontendMessages.bind(out, "", "", List.of());
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
            });
            var answer = client.receiveReady(1);
            assertThat(RawClient.types(answer)).isEqualTo("12C12DCZ");
            assertThat(RawClient.value(answer)).isEqualTo("error");
        }
    }

    @Test
    void aCommitWithoutItsQuorumIsNeverASuccess() throws Exception {
        postgres.first().sql("CREATE TABLE IF NOT EXISTS quiet (id int)");
        postgres.first().sql("GRANT ALL ON quiet TO app");
        try (TestGateway gateway = gateway();
                RawClient client = RawClient.login(gateway.port())) {
            client.query("SET client_min_messages = error");
            postgres.first().sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
            postgres.first().sql("SELECT pg_reload_conf()");
            await().until(() -> client.value("SHOW synchronous_standby_names").equals("nobody"));
            client.send(out -> FrontendMessages.query(out, "INSERT INTO quiet VALUES (9)"));
            await().until(() ->
                    postgres.first().count("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == 1);
            postgres.first().sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
            var answer = client.receiveReady(1);
            assertThat(RawClient.types(answer)).isEqualTo("EZ");
            assertThat(answer.getFirst().sqlState()).isEqualTo("08007");
        } finally {
            postgres.first().sql("ALTER SYSTEM RESET synchronous_standby_names");
            postgres.first().sql("SELECT pg_reload_conf()");
        }
    }
}
