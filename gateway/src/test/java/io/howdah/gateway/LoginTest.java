package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import io.howdah.postgres.wire.StartupPacket;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(WithPostgres.class)
final class LoginTest {
    private final PostgresFixture postgres;
    private final TestGateway gateway;

    LoginTest(PostgresFixture postgres) {
        this.postgres = postgres;
        this.gateway = TestGateway.before(postgres);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private List<RawClient.Message> attempt(String user, String password) throws Exception {
        try (RawClient client = RawClient.open(gateway.port())) {
            return client.logIn(user, password, Map.of());
        }
    }

    @Test
    void wrongPasswordUnknownUserAndMissingPasswordLookTheSame() throws Exception {
        for (String user : List.of(PostgresFixture.USER, "nobody", "no_password", "other")) {
            var last = attempt(user, "wrong").getLast();
            assertThat(last.sqlState()).isEqualTo("28P01");
            assertThat(last.field('V')).isEqualTo("FATAL");
            assertThat(last.field('M')).isEqualTo("password authentication failed for user \"" + user + "\"");
        }
        assertThat(gateway.counters().refusedLogins()).isEqualTo(4);
    }

    @Test
    void anUnknownUserHasTheSameSaltEveryTime() throws Exception {
        assertThat(challengeOf("nobody")).isEqualTo(challengeOf("nobody")).isNotEqualTo(challengeOf("somebody"));
        assertThat(challengeOf("nobody")).hasSameSizeAs(challengeOf(PostgresFixture.USER));
    }

    private String challengeOf(String user) throws Exception {
        try (RawClient client = RawClient.open(gateway.port())) {
            Map<String, String> parameters = Map.of("user", user);
            client.send(out -> StartupPacket.writeStartup(out, StartupPacket.PROTOCOL_3_0, parameters));
            client.receive();
            client.send(out -> FrontendMessages.saslInitialResponse(out, "SCRAM-SHA-256", "n,,n=*,r=abcdefgh"));
            String text = client.receive().text();
            return text.substring(text.indexOf(",s="));
        }
    }

    @Test
    void aChangedPasswordWorksAtOnce() throws Exception {
        postgres.first().sql("CREATE ROLE changing LOGIN PASSWORD 'one'");
        try {
            assertThat(attempt("changing", "one").getLast().type()).isEqualTo('Z');
            postgres.first().sql("ALTER ROLE changing PASSWORD 'two'");
            assertThat(attempt("changing", "one").getLast().sqlState()).isEqualTo("28P01");
            assertThat(attempt("changing", "two").getLast().type()).isEqualTo('Z');
        } finally {
            postgres.first().sql("DROP ROLE changing");
        }
    }

    @Test
    void aStaleVerifierLetsNobodyInAndIsForgotten() throws Exception {
        postgres.first().sql("CREATE ROLE changing LOGIN PASSWORD 'one'");
        try {
            assertThat(attempt("changing", "one").getLast().type()).isEqualTo('Z');
            postgres.first().sql("ALTER ROLE changing PASSWORD 'two'");
            gateway.verifiersUnavailable(true);
            assertThat(attempt("changing", "one").getLast().sqlState()).isEqualTo("28P01");
            gateway.verifiersUnavailable(false);
            assertThat(attempt("changing", "two").getLast().type()).isEqualTo('Z');
        } finally {
            postgres.first().sql("DROP ROLE changing");
        }
    }

    @Test
    void anUnknownDatabaseIsTheServersAnswer() throws Exception {
        try (RawClient client = RawClient.open(gateway.port())) {
            var last = client.logIn(PostgresFixture.USER, PostgresFixture.PASSWORD, Map.of("database", "nowhere"))
                    .getLast();
            assertThat(last.sqlState()).isEqualTo("3D000");
        }
    }

    @Test
    void theClientGetsTheServersParametersInItsOrder() throws Exception {
        List<String> names = new ArrayList<>();
        List<String> direct = new ArrayList<>();
        for (var port :
                Map.of(gateway.port(), names, postgres.first().port(), direct).entrySet()) {
            try (RawClient client = RawClient.open(port.getKey())) {
                client.logIn(PostgresFixture.USER, PostgresFixture.PASSWORD, Map.of()).stream()
                        .filter(message -> message.type() == 'S')
                        .forEach(message -> port.getValue().add(message.text()));
            }
        }
        assertThat(names).isEqualTo(direct).isNotEmpty();
    }

    @Test
    void encryptionIsDeclinedAndTheClientMayGoOn() throws Exception {
        try (RawClient client = RawClient.open(gateway.port())) {
            client.send(out -> out.writeInt(8).writeInt(StartupPacket.GSS_ENCRYPTION_CODE));
            assertThat(client.receiveByte()).isEqualTo('N');
            client.send(StartupPacket::writeSslRequest);
            assertThat(client.receiveByte()).isEqualTo('N');
            var messages = client.logIn(PostgresFixture.USER, PostgresFixture.PASSWORD, Map.of());
            assertThat(messages.getLast().type()).isEqualTo('Z');
        }
        try (Connection connection = gateway.connect(Map.of("sslmode", "prefer", "gssEncMode", "prefer"))) {
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @Test
    void aNewerMinorProtocolIsNegotiatedDown() throws Exception {
        try (RawClient client = RawClient.open(gateway.port())) {
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put("user", PostgresFixture.USER);
            parameters.put("_pq_.something", "on");
            client.send(out -> StartupPacket.writeStartup(out, StartupPacket.PROTOCOL_3_2, parameters));
            var message = client.receive();
            assertThat(message.text()).isEqualTo("v:\0\3\0\2\0\0\0\1_pq_.something\0");
            assertThat(client.receive().type()).isEqualTo('R');
        }
    }

    @Test
    void replicationConnectionsAreSentElsewhere() throws Exception {
        try (RawClient client = RawClient.open(gateway.port())) {
            client.send(out -> StartupPacket.writeStartup(
                    out, StartupPacket.PROTOCOL_3_0, Map.of("user", "app", "replication", "database")));
            assertThat(client.receive().sqlState()).isEqualTo("0A000");
        }
    }

    @Test
    void aSlowStartIsEndedInTime() throws Exception {
        var settings = TestGateway.Settings.usual().login(Duration.ofMillis(200));
        try (TestGateway impatient = TestGateway.before(postgres, settings);
                RawClient silent = RawClient.open(impatient.port());
                RawClient slow = RawClient.open(impatient.port());
                RawClient quick = RawClient.login(impatient.port())) {
            slow.send(new byte[] {0, 0, 0});
            assertThat(slow.receive().field('M')).contains("timeout");
            assertThat(silent.receive().field('M')).contains("timeout");
            assertThat(quick.isSilentFor(300)).isTrue();
            assertThat(RawClient.types(quick.query("SELECT 1"))).isEqualTo("TDCZ");
        }
    }

    @Test
    void thereIsALimitOfClients() throws Exception {
        try (TestGateway small = TestGateway.before(
                        postgres, TestGateway.Settings.usual().clients(2));
                RawClient first = RawClient.login(small.port())) {
            try (RawClient second = RawClient.login(small.port());
                    RawClient third = RawClient.open(small.port())) {
                assertThat(RawClient.types(second.query("SELECT 1"))).isEqualTo("TDCZ");
                third.send(out -> StartupPacket.writeStartup(out, StartupPacket.PROTOCOL_3_0, Map.of("user", "app")));
                assertThat(third.receive().sqlState()).isEqualTo("53300");
                assertThat(third.receiveToEnd()).isEmpty();
            }
            await().until(() -> small.counters().sessions() == 1);
            try (RawClient fourth = RawClient.login(small.port())) {
                assertThat(RawClient.types(fourth.query("SELECT 1"))).isEqualTo("TDCZ");
            }
            assertThat(RawClient.types(first.query("SELECT 1"))).isEqualTo("TDCZ");
        }
    }

    @Test
    void loginsGoOnFromMemoryWhileNoServerCanBeAsked() throws Exception {
        RawClient.login(gateway.port()).close();
        gateway.routes.noPrimary();
        gateway.verifiersUnavailable(true);
        try (RawClient client = RawClient.open(gateway.port())) {
            client.send(out -> StartupPacket.writeStartup(out, StartupPacket.PROTOCOL_3_0, Map.of("user", "app")));
            client.receive();
            client.send(out -> FrontendMessages.saslInitialResponse(out, "SCRAM-SHA-256", "n,,n=*,r=abcdefgh"));
            assertThat(client.receive().type()).isEqualTo('R');
        }
    }

    @Test
    void stoppingTheGatewayTellsItsClients() throws Exception {
        TestGateway stopping = TestGateway.before(postgres);
        try (RawClient client = RawClient.login(stopping.port())) {
            stopping.close();
            var last = client.receive();
            assertThat(last.sqlState()).isEqualTo("57P01");
            assertThat(client.receiveToEnd()).isEmpty();
        }
        await().untilAsserted(() -> assertThat(
                        postgres.first().count("SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"))
                .isZero());
    }
}
