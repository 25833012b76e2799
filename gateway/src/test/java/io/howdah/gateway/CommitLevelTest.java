package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.pool.PoolingSettings;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** No client can have its commits acknowledged before a quorum has them, unless the operator has allowed it. */
@ExtendWith(WithPostgres.class)
final class CommitLevelTest {
    private final PostgresFixture postgres;

    CommitLevelTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    @Test
    void itCannotBeLoweredByAnyStatement() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient client = RawClient.login(gateway.port())) {
            for (String sql : List.of(
                    "SET synchronous_commit = off",
                    "set session Synchronous_Commit to 'local'",
                    "SET /* x */ \"synchronous_commit\" = remote_write",
                    "SET LOCAL synchronous_commit TO 0",
                    "SELECT 1; SET synchronous_commit = false",
                    "SELECT set_config('synchronous_commit', 'off', false)",
                    "SELECT pg_catalog.set_config('Synchronous_Commit', 'off', true)",
                    "UPDATE pg_settings SET setting = 'off' WHERE name = 'synchronous_commit'",
                    "ALTER ROLE app SET synchronous_commit = off",
                    "ALTER DATABASE postgres SET synchronous_commit TO local",
                    "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET synchronous_commit = off AS 'SELECT 1'",
                    "DO $$ BEGIN SET LOCAL synchronous_commit = off; END $$",
                    "DO $$ BEGIN PERFORM set_config('synchronous_commit', 'off', true); END $$")) {
                var answer = client.query(sql);
                assertThat(RawClient.types(answer)).as(sql).isEqualTo("EZ");
                assertThat(answer.getFirst().sqlState()).as(sql).isEqualTo("42501");
                assertThat(answer.getFirst().field('H')).contains("weaker_commit");
            }
            client.send(out -> {
                FrontendMessages.parse(out, "", "SET synchronous_commit = off");
                FrontendMessages.bind(out, "", "", List.of());
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
            });
            assertThat(client.receiveReady(1).getFirst().sqlState()).isEqualTo("42501");
            assertThat(client.value("SHOW synchronous_commit")).isEqualTo("on");
        }
    }

    @Test
    void aRefusalFailsTheTransactionLikeAnyError() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient client = RawClient.login(gateway.port())) {
            client.query("BEGIN");
            var refused = client.query("SET LOCAL synchronous_commit = off");
            assertThat(refused.getLast().text()).isEqualTo("Z:E");
            assertThat(client.query("SELECT 1").getFirst().sqlState()).isEqualTo("25P02");
            assertThat(client.query("COMMIT").getFirst().text()).isEqualTo("C:ROLLBACK\0");
        }
    }

    @Test
    void itCanBeRaised() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient client = RawClient.login(gateway.port())) {
            assertThat(RawClient.types(client.query("SET synchronous_commit = remote_apply")))
                    .isEqualTo("CZ");
            assertThat(client.value("SHOW synchronous_commit")).isEqualTo("remote_apply");
            assertThat(RawClient.types(client.query("RESET synchronous_commit")))
                    .isEqualTo("CZ");
            assertThat(client.value("SHOW synchronous_commit")).isEqualTo("on");
            assertThat(RawClient.types(client.query("SET synchronous_commit TO DEFAULT")))
                    .isEqualTo("CZ");
        }
    }

    @Test
    void startUpParametersCannotLowerIt() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres)) {
            for (Map<String, String> parameters : List.of(
                    Map.of("synchronous_commit", "off"),
                    Map.of("options", "-c synchronous_commit=local"),
                    Map.of("options", "--synchronous-commit=off"),
                    Map.of("options", "-c work_mem=1MB -csynchronous_comm\\it=off"))) {
                try (RawClient client = RawClient.open(gateway.port())) {
                    client.send(out -> io.howdah.postgres.wire.StartupPacket.writeStartup(
                            out, io.howdah.postgres.wire.StartupPacket.PROTOCOL_3_0, parameters(parameters)));
                    assertThat(client.receive().sqlState()).as("%s", parameters).isEqualTo("42501");
                }
            }
        }
    }

    private static Map<String, String> parameters(Map<String, String> more) {
        Map<String, String> all = new java.util.LinkedHashMap<>(Map.of("user", "app", "database", "postgres"));
        all.putAll(more);
        return all;
    }

    @Test
    void aRolesOwnSettingIsOverruled() throws Exception {
        postgres.first().sql("ALTER ROLE app SET synchronous_commit = off");
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient client = RawClient.login(gateway.port())) {
            assertThat(client.value("SHOW synchronous_commit")).isEqualTo("on");
            client.query("DISCARD ALL");
            assertThat(client.value("SHOW synchronous_commit")).isEqualTo("on");
        } finally {
            postgres.first().sql("ALTER ROLE app RESET synchronous_commit");
        }
    }

    @Test
    void whatLowersItUnseenIsUndoneBeforeTheNextStatement() throws Exception {
        postgres.first()
                .sql("CREATE PROCEDURE careless() LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM set_config(''synchronous'' || ''_commit'', ''off'', false); END'");
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient client = RawClient.login(gateway.port())) {
            String computed = "set_config('synchronous' || '_commit', 'off', ";
            for (String sql : List.of(
                    "SELECT " + computed + "false)",
                    "DO $$ BEGIN PERFORM " + computed + "false); END $$",
                    "CALL careless()",
                    "BEGIN; DO $$ BEGIN PERFORM " + computed + "true); END $$")) {
                assertThat(RawClient.types(client.query(sql))).as(sql).endsWith("CZ");
                assertThat(client.value("SHOW synchronous_commit")).as(sql).isEqualTo("on");
            }
            client.query("COMMIT");
            client.query("BEGIN; SET LOCAL synchronous_commit = remote_apply; CALL careless();"
                    + " SET LOCAL synchronous_commit = remote_apply");
            assertThat(client.value("SHOW synchronous_commit")).isEqualTo("remote_apply");
            client.query("COMMIT");
            assertThat(client.value("SHOW synchronous_commit")).isEqualTo("on");
        } finally {
            postgres.first().sql("DROP PROCEDURE careless");
        }
    }

    @Test
    void nothingOvertakesAStatementThatMayHaveLoweredIt() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient client = RawClient.login(gateway.port())) {
            client.send(out -> {
                FrontendMessages.query(out, "SELECT set_config('synchronous' || '_commit', 'off', false)");
                FrontendMessages.query(out, "SHOW synchronous_commit");
            });
            var answers = client.receiveReady(2);
            assertThat(RawClient.types(answers)).isEqualTo("TDCZTDCZ");
            assertThat(RawClient.value(answers.subList(4, 8))).isEqualTo("on");

            client.send(out -> {
                for (String sql : List.of(
                        "SELECT set_config('synchronous' || '_commit', 'off', true)", "SHOW synchronous_commit")) {
                    FrontendMessages.parse(out, "", sql);
                    FrontendMessages.bind(out, "", "", List.of());
                    FrontendMessages.execute(out, "");
                    FrontendMessages.sync(out);
                }
            });
            assertThat(RawClient.value(client.receiveReady(2).subList(5, 9))).isEqualTo("on");
        }
    }

    @Test
    void theOperatorMayAllowIt() throws Exception {
        PoolingSettings settings = PoolingSettings.USUAL.weakerCommit(true);
        try (TestGateway gateway = TestGateway.before(
                        postgres, TestGateway.Settings.usual().pooling(settings));
                RawClient client = RawClient.login(gateway.port())) {
            assertThat(RawClient.types(client.query("SET LOCAL synchronous_commit = off")))
                    .isEqualTo("NCZ");
        }
    }
}
