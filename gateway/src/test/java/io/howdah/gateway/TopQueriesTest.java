package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.metrics.QueryReport;
import io.howdah.gateway.metrics.QueryReport.Query;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the gateway counts by the shape of statements. */
@ExtendWith(WithPostgres.class)
final class TopQueriesTest {
    private final TestGateway gateway;

    TopQueriesTest(PostgresFixture postgres) {
        this.gateway = TestGateway.before(postgres);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private Query query(String text) {
        QueryReport report = gateway.server().control().queries().join();
        return report.queries().stream()
                .filter(query -> query.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new AssertionError(text + " is not in " + report));
    }

    @Test
    void simpleAndPreparedStatementsOfOneShapeCountTogether() throws SQLException {
        try (Connection simple = gateway.connect(Map.of("preferQueryMode", "simple"));
                Connection prepared = gateway.connect(Map.of("prepareThreshold", "2"));
                Statement statement = simple.createStatement();
                PreparedStatement select = prepared.prepareStatement("SELECT words FROM numbers WHERE id IN (?, ?)")) {
            statement.execute("select words from numbers where id in (1,2,3)");
            for (int round = 1; round <= 5; round++) {
                select.setInt(1, round);
                select.setInt(2, round + 1);
                try (ResultSet rows = select.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                }
            }
        }
        Query query = query("select words from numbers where id in (?)");
        assertThat(query.database()).isEqualTo(PostgresFixture.DATABASE);
        assertThat(query.user()).isEqualTo(PostgresFixture.USER);
        assertThat(query.totals().calls()).isEqualTo(6);
        assertThat(query.totals().rows()).isEqualTo(3 + 5 * 2);
        assertThat(query.totals().bytes()).isGreaterThan(13 * 7);
        assertThat(query.totals().errors()).isZero();
        assertThat(query.totals().onPrimary()).isEqualTo(6);
        assertThat(query.totals().maximumNanos()).isBetween(1L, query.totals().totalNanos());
    }

    @Test
    void errorsAndPipelinesAreAttributedToWhatTheyBelongTo() throws SQLException {
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("SELECT 1 / 0 AS broken"))
                    .isInstanceOf(SQLException.class);
            for (int round = 0; round < 3; round++) {
                statement.addBatch("SET my.own = '" + round + "'");
            }
            statement.executeBatch();
            statement.execute("SELECT 'after'");
        }
        assertThat(query("select ? / ? as broken").totals().errors()).isEqualTo(1);
        // The batch is one pipeline, answered by one ReadyForQuery.
        assertThat(query("set my.own = ?").totals().calls()).isEqualTo(1);
        assertThat(query("select ?").totals().calls()).isEqualTo(1);
        assertThat(query("select ?").totals().errors()).isZero();
    }

    @Test
    void noSecretIsKept() throws SQLException {
        try (Connection connection = gateway.connect(Map.of("preferQueryMode", "simple"));
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("ALTER ROLE nobody PASSWORD 'hunter2' -- hunter2"))
                    .isInstanceOf(SQLException.class);
            statement.execute("SET standard_conforming_strings = off");
            statement.execute("SELECT 'it\\'s hunter2'");
        }
        QueryReport report = gateway.server().control().queries().join();
        assertThat(report.toString()).doesNotContain("hunter2").contains("alter role nobody password ?");
        assertThat(query("(a text that only the server can read)").totals().calls())
                .isEqualTo(1);
    }

    @Test
    void waitingForAConnectionIsShown() throws Exception {
        gateway.reconfigure(TestGateway.Settings.usual().pooling(io.howdah.gateway.pool.PoolRules.USUAL.size(0, 1)));
        try (Connection first = gateway.connect();
                Connection second = gateway.connect()) {
            first.setAutoCommit(false);
            first.createStatement().execute("SELECT 1");
            Thread waiting = Thread.ofVirtual().start(() -> {
                try (Statement statement = second.createStatement()) {
                    statement.execute("SELECT count(*) AS waited FROM numbers");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().until(() -> gateway.counters().waits() == 1);
            first.commit();
            waiting.join();
        }
        QueryReport.Totals totals =
                query("select count(*) as waited from numbers").totals();
        assertThat(totals.waitNanos()).isPositive().isLessThanOrEqualTo(totals.totalNanos());
    }

    @Test
    void theConsoleShowsThemAndWhatHadToMakeRoom() throws SQLException {
        try (Connection connection = gateway.connect(Map.of("preferQueryMode", "simple"));
                Statement statement = connection.createStatement()) {
            for (int shape = 0; shape < 1_101; shape++) {
                statement.execute("SELECT 1 AS column_" + shape);
            }
        }
        QueryReport report = gateway.server().control().queries().join();
        assertThat(report.queries()).hasSizeLessThanOrEqualTo(1_000);
        assertThat(report.evictions()).isGreaterThanOrEqualTo(100);
        assertThat(report.queries().stream()
                                .filter(query -> query.text().startsWith("select ? as column_"))
                                .mapToLong(query -> query.totals().calls())
                                .sum()
                        + report.evicted().calls())
                .isGreaterThanOrEqualTo(1_101);
        try (Connection console = gateway.console();
                Statement statement = console.createStatement();
                ResultSet rows = statement.executeQuery("SHOW QUERIES")) {
            int shown = 0;
            String last = "";
            while (rows.next()) {
                shown++;
                last = rows.getString("query");
                assertThat(rows.getLong("calls")).isPositive();
            }
            assertThat(shown).isEqualTo(102);
            assertThat(last).contains("too little to be kept");
        }
    }
}
