package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.login.AccessRules;
import io.howdah.gateway.login.Entrance;
import io.howdah.gateway.login.FailedLogins;
import io.howdah.gateway.pool.PoolMode;
import io.howdah.gateway.pool.PoolRules;
import io.howdah.gateway.pool.PoolingSettings;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Settings that change while clients are there. */
@ExtendWith(WithPostgres.class)
final class ReconfigureTest {
    private final PostgresFixture postgres;
    private final TestGateway gateway;
    private final List<Connection> connections = new ArrayList<>();

    ReconfigureTest(PostgresFixture postgres) {
        this.postgres = postgres;
        this.gateway = TestGateway.before(postgres);
    }

    @AfterEach
    void close() throws SQLException {
        for (Connection connection : connections) {
            connection.close();
        }
        gateway.close();
    }

    private Connection connect() throws SQLException {
        Connection connection = gateway.connect();
        connections.add(connection);
        return connection;
    }

    private int serversOfClients() {
        return postgres.first()
                .count("SELECT count(*) FROM pg_stat_activity WHERE usename = '" + PostgresFixture.USER + "'");
    }

    private void openTransactions(int count) throws SQLException {
        for (int index = 0; index < count; index++) {
            Connection connection = connect();
            connection.setAutoCommit(false);
            execute(connection, "SELECT 1");
        }
    }

    private static void execute(Connection connection, String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private static String state(SQLException e) {
        return String.valueOf(e.getSQLState());
    }

    @Test
    void aSmallerPoolClosesWhatIsTooMuchAsItComesBackAndALargerOneServesThoseWhoWait() throws Exception {
        openTransactions(4);
        assertThat(serversOfClients()).isEqualTo(4);

        gateway.reconfigure(TestGateway.Settings.usual().pooling(PoolRules.USUAL.size(0, 2)));

        for (Connection connection : connections) {
            connection.commit();
        }
        await().until(() -> serversOfClients() == 2);
        Connection third = connect();
        openTransactions(2);
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                execute(third, "SELECT 1");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> gateway.counters().waits() == 1);
        gateway.reconfigure(TestGateway.Settings.usual().pooling(PoolRules.USUAL.size(0, 3)));
        waiting.join(Duration.ofSeconds(10));
        assertThat(waiting.isAlive()).isFalse();
    }

    @Test
    void anotherModeForARoleCountsForThoseWhoLogInAfterwards() throws Exception {
        Connection before = connect();
        PoolingSettings bySession = PoolingSettings.USUAL.exceptions(new PoolingSettings.Exemption(
                Optional.empty(), Optional.of(PostgresFixture.USER), PoolRules.USUAL.mode(PoolMode.SESSION)));
        gateway.reconfigure(TestGateway.Settings.usual().pooling(bySession));
        Connection after = connect();
        execute(before, "SELECT 1");
        execute(after, "SELECT 1");
        List<String> kept = new ArrayList<>();
        gateway.server().control().report().get().clients().forEach(client -> kept.add(client.link()));
        assertThat(kept).filteredOn(String::isEmpty).hasSize(1);
    }

    @Test
    void limitsOfClientsCountFromNowOn() throws Exception {
        connect();
        connect();
        gateway.reconfigure(TestGateway.Settings.usual().clients(2));
        assertThatThrownBy(this::connect)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(state(e)).isEqualTo("53300"));
        assertThat(connections).allSatisfy(there -> execute(there, "SELECT 1"));
        gateway.reconfigure(TestGateway.Settings.usual().pooling(PoolingSettings.USUAL.clients(3, 0)));
        // Those who were there before there was a limit of their own are not counted.
        connect();
        connect();
        connect();
        assertThatThrownBy(this::connect).hasMessageContaining("too many clients for role");
        gateway.reconfigure(TestGateway.Settings.usual().pooling(PoolingSettings.USUAL.clients(0, 2)));
        connect();
        connect();
        assertThatThrownBy(this::connect).hasMessageContaining("too many clients for database");
    }

    @Test
    void rulesOfAccessCountForTheNextLogIn(@TempDir Path directory) throws IOException, SQLException {
        connect();
        Path file = directory.resolve("hba.conf");
        Files.writeString(file, "host all all all reject\n");
        Entrance closed =
                new Entrance(Optional.empty(), AccessRules.load(file), new FailedLogins(10, Duration.ofMinutes(1)));
        gateway.reconfigure(TestGateway.Settings.usual().access(closed));
        assertThatThrownBy(this::connect)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(state(e)).isEqualTo("28000"));
        execute(connections.getFirst(), "SELECT 1");
        gateway.reconfigure(TestGateway.Settings.usual());
        assertThat(gateway.connect(Map.of())).satisfies(Connection::close);
    }

    @Test
    void whoIsHeldIsHeldByTheNewLimit() throws Exception {
        Connection client = connect();
        gateway.routes.noPrimary();
        gateway.reconfigure(TestGateway.Settings.usual().holding(Duration.ofMillis(100)));
        assertThatThrownBy(() -> execute(client, "SELECT 1")).hasMessageContaining("within 100 ms");
    }
}
