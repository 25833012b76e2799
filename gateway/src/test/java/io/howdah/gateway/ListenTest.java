package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.pool.PoolRules;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.FrontendMessages;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** LISTEN and NOTIFY through shared connections, as on a connection of one's own. */
@ExtendWith(WithPostgres.class)
final class ListenTest {
    private final PostgresFixture postgres;

    ListenTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    /** What one of several clients does. */
    private record Step(int client, String sql) {}

    private static Step step(int client, String sql) {
        return new Step(client, sql);
    }

    private static final List<List<Step>> STORIES = List.of(
            List.of(
                    step(0, "LISTEN news"),
                    step(0, "NOTIFY news, 'mine'"),
                    step(1, "NOTIFY news, 'yours'"),
                    step(0, "SELECT 1"),
                    step(1, "SELECT pg_notify('news', 'again'), pg_notify('olds', 'nobody')"),
                    step(0, "SELECT pg_notify('news', 'mine again')"),
                    step(0, "UNLISTEN news"),
                    step(1, "NOTIFY news, 'too late'"),
                    step(0, "SELECT 1")),
            List.of(
                    step(0, "BEGIN"),
                    step(0, "LISTEN news"),
                    step(1, "NOTIFY news, 'before the commit'"),
                    step(0, "SELECT 1"),
                    step(0, "NOTIFY news, 'to myself'"),
                    step(0, "COMMIT"),
                    step(1, "NOTIFY news, 'after the commit'"),
                    step(0, "SELECT 1"),
                    step(0, "BEGIN"),
                    step(1, "NOTIFY news, 'within a transaction'"),
                    step(0, "SELECT 1"),
                    step(0, "ROLLBACK")),
            List.of(
                    step(0, "BEGIN"),
                    step(0, "LISTEN news"),
                    step(0, "ROLLBACK"),
                    step(1, "NOTIFY news, 'rolled back'"),
                    step(0, "SELECT 1"),
                    step(0, "BEGIN"),
                    step(0, "LISTEN one"),
                    step(0, "SAVEPOINT s"),
                    step(0, "LISTEN two"),
                    step(0, "ROLLBACK TO s"),
                    step(0, "LISTEN three"),
                    step(0, "COMMIT"),
                    step(1, "SELECT pg_notify(c, c) FROM unnest(ARRAY['one', 'two', 'three']) c"),
                    step(0, "SELECT 1")),
            List.of(
                    step(0, "LISTEN \"Big \"\" one\"; LISTEN Small"),
                    step(1, "NOTIFY small, 's'; NOTIFY \"Big \"\" one\", 'b'"),
                    step(0, "SELECT 1"),
                    step(0, "BEGIN"),
                    step(0, "SELECT 1/0"),
                    step(0, "LISTEN more"),
                    step(0, "COMMIT"),
                    step(0, "BEGIN"),
                    step(0, "UNLISTEN *"),
                    step(1, "NOTIFY small, 'kept'"),
                    step(0, "ROLLBACK"),
                    step(0, "UNLISTEN *"),
                    step(1, "NOTIFY small, 'gone'"),
                    step(0, "SELECT 1")),
            List.of(
                    step(0, "LISTEN news"),
                    step(1, "LISTEN news"),
                    step(2, "BEGIN; NOTIFY news, '1'; NOTIFY news, '2'; NOTIFY news, '1'; COMMIT"),
                    step(2, "NOTIFY news, '3'"),
                    step(0, "SELECT 1"),
                    step(1, "SELECT 1"),
                    step(0, "DISCARD ALL"),
                    step(2, "NOTIFY news, '4'"),
                    step(0, "SELECT 1"),
                    step(1, "SELECT 1"),
                    step(0, "LISTEN 5"),
                    step(0, "LISTEN"),
                    step(0, "LISTEN a.b")),
            List.of(
                    step(0, "LISTEN gr\u00fc\u00dfe"),
                    step(0, "LISTEN \"gr\u00fc\u00dfe\""),
                    step(1, "NOTIFY \"gr\u00fc\u00dfe\", '\u00e4\u4e2d'"),
                    step(0, "SELECT 1"),
                    step(0, "UNLISTEN \"gr\u00fc\u00dfe\""),
                    step(1, "NOTIFY \"gr\u00fc\u00dfe\", '\u00e4'"),
                    step(0, "SELECT 1")));

    @Test
    void clientsHearWhatTheyWouldHearOnConnectionsOfTheirOwn() throws Exception {
        for (boolean extended : List.of(false, true)) {
            for (List<Step> story : STORIES) {
                String direct = play(postgres.first().port(), story, extended);
                try (TestGateway gateway = TestGateway.before(
                        postgres, TestGateway.Settings.usual().pooling(PoolRules.USUAL.size(0, 2)))) {
                    assertThat(play(gateway.port(), story, extended))
                            .as(story + (extended ? " extended" : ""))
                            .isEqualTo(direct);
                    assertThat(gateway.counters().lostListeners()).isZero();
                }
            }
        }
    }

    /** Notifications apart from the rest: when they come before the end of a request, only chance decides where. */
    private static String play(int port, List<Step> story, boolean extended) throws IOException {
        StringBuilder said = new StringBuilder();
        List<RawClient> clients = RawClient.logins(port, 3);
        for (Step step : story) {
            RawClient client = clients.get(step.client);
            boolean several = extended && step.sql.contains(";");
            List<RawClient.Message> answer = extended && !several ? execute(client, step.sql) : client.query(step.sql);
            said.append(step).append(" -> ");
            for (RawClient.Message message : answer) {
                if (message.type() != 'A') {
                    said.append(message.text()).append(' ');
                }
            }
            for (RawClient.Message message : answer) {
                if (message.type() == 'A') {
                    said.append(heard(client, message)).append(' ');
                }
            }
            said.append('\n');
        }
        RawClient.close(clients);
        return said.toString();
    }

    private static String heard(RawClient client, RawClient.Message message) {
        var notification = BackendMessages.readNotification(Unpooled.wrappedBuffer(message.body()));
        return (notification.processId() == client.pid() ? "own " : "other's ") + notification.channel() + "="
                + notification.payload();
    }

    private static List<RawClient.Message> execute(RawClient client, String sql) throws IOException {
        client.send(out -> {
            FrontendMessages.parse(out, "s", sql);
            FrontendMessages.describe(out, FrontendMessages.STATEMENT, "s");
            FrontendMessages.bind(out, "", "s", List.of());
            FrontendMessages.execute(out, "");
            FrontendMessages.close(out, FrontendMessages.STATEMENT, "s");
            FrontendMessages.sync(out);
        });
        return client.receiveReady(1);
    }

    @Test
    void anyNumberListensOnOneConnectionAndHearsEverythingInOrder() throws Exception {
        TestGateway.Settings settings = TestGateway.Settings.usual().pooling(PoolRules.USUAL.size(0, 2));
        try (TestGateway gateway = TestGateway.before(postgres, settings.loops(2));
                RawClient sender = RawClient.login(gateway.port())) {
            List<RawClient> listeners = RawClient.logins(gateway.port(), 20);
            for (RawClient listener : listeners) {
                listener.query("LISTEN news");
            }
            for (int number = 0; number < 50; number++) {
                sender.query("NOTIFY news, '" + number + "'");
            }
            for (RawClient listener : listeners) {
                for (int number = 0; number < 50; number++) {
                    assertThat(heard(listener, listener.receive())).isEqualTo("other's news=" + number);
                }
            }
            assertThat(postgres.first()
                            .count("SELECT count(*) FROM pg_stat_activity WHERE application_name ="
                                    + " 'howdah gateway listener'"))
                    .isEqualTo(1);
            assertThat(gateway.counters().pins()).doesNotContainKey("listen");
            RawClient.close(listeners);
        }
    }

    @Test
    void aPreparedListenCountsEachTimeItIsExecuted() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient listener = RawClient.login(gateway.port());
                RawClient sender = RawClient.login(gateway.port())) {
            listener.send(out -> {
                FrontendMessages.parse(out, "s", "LISTEN news");
                FrontendMessages.sync(out);
            });
            listener.receiveReady(1);
            sender.query("NOTIFY news, 'not yet'");
            for (int round = 0; round < 2; round++) {
                listener.send(out -> {
                    FrontendMessages.bind(out, "", "s", List.of());
                    FrontendMessages.execute(out, "");
                    FrontendMessages.sync(out);
                });
                assertThat(RawClient.types(listener.receiveReady(1))).isEqualTo("2CZ");
                sender.query("NOTIFY news, 'now'");
                assertThat(heard(listener, listener.receive())).isEqualTo("other's news=now");
                listener.query("UNLISTEN *");
                sender.query("NOTIFY news, 'no more'");
                assertThat(RawClient.types(listener.query("SELECT 1"))).isEqualTo("TDCZ");
            }
        }
    }

    /** What is notified right after the change of the primary is heard: requests wait until the gateway listens again. */
    @Test
    void listenersSurviveAFailover() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient listener = RawClient.login(gateway.port());
                RawClient sender = RawClient.login(gateway.port())) {
            listener.query("LISTEN news");
            for (int round = 0; round < 5; round++) {
                gateway.routes.noPrimary();
                gateway.routes.primary(
                        round % 2 == 0
                                ? postgres.second().backend()
                                : postgres.first().backend());
                sender.query("NOTIFY news, 'after " + round + "'");
                RawClient.Message warning = listener.receive();
                assertThat(warning.type()).isEqualTo('N');
                assertThat(warning.field('M')).isEqualTo("notifications may have been missed");
                assertThat(heard(listener, listener.receive())).isEqualTo("other's news=after " + round);
            }
        }
    }

    @Test
    void theGatewaysOwnConnectionComesBack() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient listener = RawClient.login(gateway.port());
                RawClient sender = RawClient.login(gateway.port())) {
            listener.query("LISTEN news");
            assertThat(postgres.first().killBackends("howdah_gateway")).isPositive();
            assertThat(listener.receive().sqlState()).isEqualTo("01000");
            sender.query("NOTIFY news, 'back'");
            assertThat(heard(listener, listener.receive())).isEqualTo("other's news=back");
        }
    }

    @Test
    void whereTheGatewayMayNotListenClientsKeepAConnection() throws Exception {
        postgres.first().sql("CREATE DATABASE closed");
        postgres.first().sql("REVOKE CONNECT ON DATABASE closed FROM PUBLIC");
        postgres.first().sql("GRANT CONNECT ON DATABASE closed TO app");
        try (TestGateway gateway = TestGateway.before(postgres)) {
            for (Map<String, String> start :
                    List.of(Map.of("database", "closed"), Map.of("client_encoding", "LATIN1"))) {
                try (RawClient listener = RawClient.login(gateway.port(), start);
                        RawClient sender = RawClient.login(gateway.port(), start)) {
                    listener.query("LISTEN news");
                    listener.query("NOTIFY news, 'own'");
                    sender.query("NOTIFY news, 'x'");
                    assertThat(heard(listener, listener.receive())).isEqualTo("other's news=x");
                    assertThat(gateway.counters().pins()).containsKey("listen");
                }
            }
        } finally {
            postgres.first().sql("DROP DATABASE closed WITH (FORCE)");
        }
    }

    @Test
    void whatWaitsForAListenerIsBounded() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient listener = RawClient.login(gateway.port());
                RawClient other = RawClient.login(gateway.port())) {
            listener.query("LISTEN news");
            listener.query("BEGIN");
            other.query("SELECT pg_notify('news', i || repeat('x', 7900)) FROM generate_series(1, 700) i");
            RawClient.Message last = listener.receive();
            assertThat(last.sqlState()).isEqualTo("53200");
            assertThat(last.field('V')).isEqualTo("FATAL");
            assertThat(other.value("SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void listenersCostNothingInTheirPool() throws Exception {
        PoolRules one = PoolRules.USUAL.size(0, 1).waiting(Duration.ofMillis(500));
        try (TestGateway gateway =
                TestGateway.before(postgres, TestGateway.Settings.usual().pooling(one))) {
            List<RawClient> listeners = new ArrayList<>();
            for (int index = 0; index < 5; index++) {
                RawClient listener = RawClient.login(gateway.port());
                listener.query("LISTEN channel" + index);
                listeners.add(listener);
            }
            try (RawClient other = RawClient.login(gateway.port())) {
                assertThat(other.value("SELECT 1")).isEqualTo("1");
                other.query("NOTIFY channel3");
                assertThat(heard(listeners.get(3), listeners.get(3).receive())).isEqualTo("other's channel3=");
            }
            RawClient.close(listeners);
        }
    }
}
