package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reads on the port auto go to a real standby, writes to the primary, and a client never sees the difference. */
@ExtendWith(WithPostgres.class)
final class ReadSplitTest {
    private final PostgresFixture postgres;

    ReadSplitTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    private TestGateway gateway() {
        TestGateway gateway = TestGateway.before(postgres);
        gateway.routes.replicas(postgres.standby().backend());
        return gateway;
    }

    /** Reads until the gateway knows the functions of the database and where the standby is. */
    private static RawClient client(TestGateway gateway) throws Exception {
        RawClient client = RawClient.login(gateway.port(PortRole.AUTO));
        untilReadsGoToTheReplica(gateway, client);
        return client;
    }

    private static void untilReadsGoToTheReplica(TestGateway gateway, RawClient client) {
        await().pollInterval(Duration.ofMillis(5)).until(() -> {
            long before = gateway.counters().replicaReads();
            client.query("SELECT 1");
            return gateway.counters().replicaReads() > before;
        });
    }

    private static String value(List<RawClient.Message> answer) {
        return answer.stream()
                .filter(message -> message.type() == 'D')
                .map(message -> message.text().substring(8))
                .findFirst()
                .orElseGet(() -> answer.getFirst().sqlState());
    }

    private static boolean isOnReplica(TestGateway gateway, RawClient client, String sql) throws Exception {
        long before = gateway.counters().replicaReads();
        client.query(sql);
        return gateway.counters().replicaReads() > before;
    }

    @Test
    void readsGoToTheReplicaAndWritesDoNot() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient client = client(gateway)) {
            assertThat(isOnReplica(gateway, client, "SELECT count(*) FROM numbers"))
                    .isTrue();
            assertThat(isOnReplica(gateway, client, "SELECT * FROM numbers FOR UPDATE"))
                    .isFalse();
            untilReadsGoToTheReplica(gateway, client);
            // What only the replica would say shows that it was asked.
            assertThat(value(client.query("/* howdah:replica */ SELECT pg_is_in_recovery()")))
                    .isEqualTo("t");
            assertThat(value(client.query("SELECT pg_is_in_recovery()"))).isEqualTo("f");
            assertThat(value(client.query("/* howdah:primary */ SELECT 1"))).isEqualTo("1");
        }
    }

    @Test
    void aSessionSeesWhatItHasWritten() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient client = client(gateway)) {
            client.query("CREATE TABLE own_writes (n int)");
            postgres.standby().sql("SELECT pg_wal_replay_pause()");
            try {
                for (int n = 1; n <= 20; n++) {
                    client.query("INSERT INTO own_writes VALUES (" + n + ")");
                    assertThat(value(client.query("SELECT count(*) FROM own_writes")))
                            .isEqualTo("" + n);
                }
                assertThat(isOnReplica(gateway, client, "SELECT 1")).isFalse();
                client.query("SET howdah.consistency = 'eventual'");
                assertThat(isOnReplica(gateway, client, "SELECT 1")).isTrue();
                assertThat(isOnReplica(gateway, client, "/* howdah:session */ SELECT 1"))
                        .isFalse();
                client.query("RESET howdah.consistency");
                assertThat(isOnReplica(gateway, client, "SELECT 1")).isFalse();
            } finally {
                postgres.standby().sql("SELECT pg_wal_replay_resume()");
            }
            untilReadsGoToTheReplica(gateway, client);
            assertThat(value(client.query("SELECT count(*) FROM own_writes"))).isEqualTo("20");
            client.query("DROP TABLE own_writes");
        }
    }

    @Test
    void aSessionSaysWhereItsStatementsGo() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient client = client(gateway)) {
            assertThat(client.query("SET howdah.route = primary").getFirst().field('H'))
                    .contains("'primary'");
            untilReadsGoToTheReplica(gateway, client);
            client.query("SET howdah.route = 'primary'");
            client.query("SET howdah.consistency = eventual");
            assertThat(isOnReplica(gateway, client, "SELECT 1")).isFalse();
            client.query("SET howdah.route TO 'replica'");
            assertThat(value(client.query("SELECT pg_is_in_recovery()"))).isEqualTo("t");
            client.query("BEGIN");
            client.query("SET LOCAL howdah.route = 'primary'");
            client.query("COMMIT");
            assertThat(value(client.query("SELECT pg_is_in_recovery()"))).isEqualTo("t");
            client.query("SET howdah.route = auto");
            client.query("SET howdah.consistency = strict");
            assertThat(isOnReplica(gateway, client, "SELECT 1")).isFalse();
            assertThat(value(client.query("SHOW howdah.consistency"))).isEqualTo("strict");
            assertThat(value(client.query("SET howdah.consistency = none"))).isEqualTo("22023");
            assertThat(value(client.query("SET howdah.rout = replica"))).isEqualTo("42704");
            assertThat(value(client.query("SHOW howdah.consistency"))).isEqualTo("strict");
        }
    }

    @Test
    void whatAReplicaRefusesIsDoneByThePrimaryUnseen() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient client = client(gateway)) {
            client.query("CREATE TABLE refused (n int)");
            client.query("CREATE FUNCTION refused_write() RETURNS int LANGUAGE sql VOLATILE AS"
                    + " 'INSERT INTO refused VALUES (1) RETURNING n'");
            client.query("SET howdah.route = replica");
            // The replica has not even the function, then refuses the write: the client insists, and gets its answer.
            assertThat(value(client.query("SELECT refused_write()"))).isEqualTo("1");
            assertThat(gateway.counters().readsRetried()).isPositive();
            assertThat(value(client.query("SELECT txid_current() > 0"))).isEqualTo("t");
            assertThat(value(client.query("SELECT count(*) FROM nowhere"))).isEqualTo("42P01");
            assertThat(value(client.query("SELECT 1 / 0"))).isEqualTo("22012");
            client.query("RESET howdah.route");
            assertThat(value(client.query("SELECT count(*) FROM refused"))).isEqualTo("1");
            client.query("DROP FUNCTION refused_write()");
            client.query("DROP TABLE refused");
        }
    }

    @Test
    void aReplicaThatVanishesIsReplacedByThePrimary() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient client = client(gateway)) {
            client.send(buffer -> FrontendMessages.query(buffer, "/* howdah:replica */ SELECT 7 FROM pg_sleep(3)"));
            await().pollInterval(Duration.ofMillis(5))
                    .until(() -> postgres.standby()
                                    .count("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%SELECT 7 FROM%'"
                                            + " AND pid <> pg_backend_pid()")
                            == 1);
            postgres.standby().killBackends(PostgresFixture.USER);
            assertThat(value(client.receiveReady(1))).isEqualTo("7");
            assertThat(gateway.counters().readsRetried()).isEqualTo(1);
        }
    }

    /** Nothing of its answer had come, and reading twice harms nobody. */
    @Test
    void aReadInFlightOnAPrimaryThatVanishesIsAskedAgainOnce() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient client = RawClient.login(gateway.port(PortRole.AUTO))) {
            untilReadsGoToTheReplica(gateway, client);
            client.query("SET howdah.consistency = strict");
            long before = gateway.counters().readsRetried();
            client.send(out -> FrontendMessages.query(out, "SELECT 'again' FROM pg_sleep(1)"));
            await().until(() -> gateway.running("SELECT ''again''") == 1);
            gateway.killAll();
            assertThat(RawClient.value(client.receiveReady(1))).isEqualTo("again");
            assertThat(gateway.counters().readsRetried()).isEqualTo(before + 1);
            client.send(out -> FrontendMessages.query(out, "SELECT 'twice' FROM pg_sleep(30)"));
            for (int kill = 0; kill < 2; kill++) {
                await().until(() -> gateway.running("SELECT ''twice''") == 1);
                gateway.killAll();
            }
            List<RawClient.Message> answer = client.receiveReady(1);
            assertThat(RawClient.types(answer)).isEqualTo("TEZ");
            assertThat(answer.get(1).sqlState()).isEqualTo("08006");
            assertThat(client.value("SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aReadWhoseRowsHaveComeIsCutShortWithAnError() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient client = RawClient.login(gateway.port(PortRole.AUTO))) {
            untilReadsGoToTheReplica(gateway, client);
            client.query("SET howdah.consistency = strict");
            client.send(
                    out -> FrontendMessages.query(
                            out,
                            "SELECT repeat('x', 9000), pg_sleep(CASE WHEN i = 3 THEN 20 ELSE 0 END) FROM generate_series(1, 3) i"));
            assertThat(client.receive().type()).isEqualTo('T');
            assertThat(client.receive().type()).isEqualTo('D');
            gateway.killAll();
            RawClient.Message last = client.receive();
            while (last.type() == 'D') {
                last = client.receive();
            }
            assertThat(last.sqlState()).isEqualTo("08006");
            assertThat(client.receive().text()).isEqualTo("Z:I");
        }
    }

    @Test
    void readOnlyTransactionsGoToOneReplica() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient client = client(gateway)) {
            client.query("BEGIN READ ONLY");
            assertThat(value(client.query("SELECT pg_is_in_recovery()"))).isEqualTo("t");
            assertThat(value(client.query("SELECT pg_is_in_recovery()"))).isEqualTo("t");
            assertThat(client.query("CREATE TABLE never (n int)").getFirst().sqlState())
                    .isEqualTo("25006");
            client.query("ROLLBACK");
            client.query("BEGIN");
            assertThat(value(client.query("SELECT pg_is_in_recovery()"))).isEqualTo("f");
            client.query("COMMIT");
        }
    }

    @Test
    void pipelinedRequestsKeepTheirOrder() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient client = client(gateway)) {
            client.query("CREATE TABLE ordered (n int)");
            untilReadsGoToTheReplica(gateway, client);
            client.send(buffer -> FrontendMessages.query(buffer, "SELECT 1"));
            client.send(buffer -> FrontendMessages.query(buffer, "INSERT INTO ordered VALUES (5)"));
            client.send(buffer -> FrontendMessages.query(buffer, "SELECT n FROM ordered"));
            client.send(buffer -> FrontendMessages.query(buffer, "BEGIN READ ONLY"));
            client.send(buffer -> FrontendMessages.query(buffer, "SELECT 2"));
            client.send(buffer -> FrontendMessages.query(buffer, "COMMIT"));
            client.send(buffer -> FrontendMessages.query(buffer, "DELETE FROM ordered RETURNING n"));
            assertThat(value(client.receiveReady(1))).isEqualTo("1");
            client.receiveReady(1);
            assertThat(value(client.receiveReady(1))).isEqualTo("5");
            client.receiveReady(1);
            assertThat(value(client.receiveReady(1))).isEqualTo("2");
            client.receiveReady(1);
            assertThat(value(client.receiveReady(1))).isEqualTo("5");
            client.query("DROP TABLE ordered");
        }
    }

    @Test
    void driversReadFromReplicasWithPreparedStatements() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient first = client(gateway);
                Connection connection = gateway.connect(
                        PortRole.AUTO, Map.of("prepareThreshold", "1", "preparedStatementCacheQueries", "5"))) {
            first.query("SELECT 1");
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE driven (id int PRIMARY KEY, word text)");
            }
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO driven VALUES (?, ?)");
                    PreparedStatement select = connection.prepareStatement("SELECT word FROM driven WHERE id = ?")) {
                long before = gateway.counters().replicaReads();
                for (int id = 0; id < 200; id++) {
                    insert.setInt(1, id);
                    insert.setString(2, "word " + id);
                    insert.executeUpdate();
                    assertThat(word(select, id)).isEqualTo("word " + id);
                }
                await().pollInterval(Duration.ofMillis(5)).until(() -> {
                    assertThat(word(select, 199)).isEqualTo("word 199");
                    return gateway.counters().replicaReads() > before;
                });
            }
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT pg_is_in_recovery()")) {
                rows.next();
                assertThat(rows.getBoolean(1)).isTrue();
            }
            connection.commit();
            connection.setReadOnly(false);
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                statement.execute("DROP TABLE driven");
            }
        }
    }

    private static String word(PreparedStatement select, int id) throws SQLException {
        select.setInt(1, id);
        try (ResultSet rows = select.executeQuery()) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void aReplicaThatCannotBeReachedOrIsTakenOutGetsNoReads() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient client = client(gateway)) {
            gateway.split().weigh(postgres.standby().backend().node(), 0);
            assertThat(isOnReplica(gateway, client, "SELECT 1")).isFalse();
            gateway.split().weigh(postgres.standby().backend().node(), 1);
            untilReadsGoToTheReplica(gateway, client);
            postgres.standby().stop();
            try {
                assertThat(value(client.query("SELECT 3"))).isEqualTo("3");
                assertThat(value(client.query("/* howdah:replica */ SELECT 4"))).isEqualTo("4");
            } finally {
                postgres.standby().start();
            }
            untilReadsGoToTheReplica(gateway, client);
        }
    }
}
