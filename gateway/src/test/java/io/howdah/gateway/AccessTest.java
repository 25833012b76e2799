package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.gateway.login.AccessException;
import io.howdah.gateway.login.AccessRules;
import io.howdah.gateway.login.Entrance;
import io.howdah.gateway.login.FailedLogins;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who may come in is said by an HBA file, and whoever guesses passwords waits. */
@ExtendWith(WithPostgres.class)
final class AccessTest {
    private final PostgresFixture postgres;

    @TempDir
    private Path directory;

    AccessTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    private TestGateway gateway(AccessRules rules, FailedLogins failures) {
        return TestGateway.before(
                postgres, TestGateway.Settings.usual().access(new Entrance(Optional.empty(), rules, failures)));
    }

    private AccessRules rules(String text) throws Exception {
        return AccessRules.load(Files.writeString(directory.resolve("hba"), text));
    }

    private static RawClient.Message logIn(TestGateway gateway, String user, String password) throws Exception {
        try (RawClient client = RawClient.open(gateway.port())) {
            return client.logIn(user, password, Map.of("database", "postgres")).getLast();
        }
    }

    @Test
    void theFirstRuleThatFitsDecides() throws Exception {
        AccessRules rules = rules("""
                # as on a server
                local   all         all                                  peer
                host    other       all       127.0.0.1/32               reject
                host    all         "app"     127.0.0.1 255.255.255.255  scram-sha-256
                host    sameuser    all       ::1/128                    md5
                """);
        try (TestGateway gateway = gateway(rules, new FailedLogins(100, Duration.ofMinutes(1)))) {
            assertThat(logIn(gateway, "app", PostgresFixture.PASSWORD).type()).isEqualTo('Z');
            var unknown = logIn(gateway, "other", "x");
            assertThat(unknown.sqlState()).isEqualTo("28000");
            assertThat(unknown.field('M')).contains("no HBA rule", "\"other\"", "no encryption");
            Files.writeString(directory.resolve("hba"), "host all all all reject\n");
            rules.reload();
            assertThat(logIn(gateway, "app", PostgresFixture.PASSWORD).field('M'))
                    .contains("reject");
        }
    }

    @Test
    void aFileThatCannotBeUsedChangesNothingAndIsToldLineByLine() throws Exception {
        AccessRules rules = rules("host all all all scram-sha-256\n");
        Files.writeString(directory.resolve("hba"), """
                host all all all scram-sha-256
                hosts all all all trust
                host all +staff all trust
                host all all example.org trust
                host all all 10.0.0.0/33 trust
                host all all 10.0.0.0 255.0.255.0 trust
                host all all all ldap ldapserver=x
                host all all all scram-sha-256 clientcert=verify-full
                host all all
                host all all all peer
                local all all trust map=x
                """);
        assertThatThrownBy(rules::reload)
                .isInstanceOf(AccessException.class)
                .hasMessageContainingAll(
                        "line 2", "line 3", "line 4", "line 5", "line 6", "line 7", "line 8", "line 9", "line 10",
                        "line 11")
                .hasMessageNotContaining("line 1 ");
        try (TestGateway gateway = gateway(rules, new FailedLogins(100, Duration.ofMinutes(1)))) {
            assertThat(logIn(gateway, "app", PostgresFixture.PASSWORD).type()).isEqualTo('Z');
        }
    }

    @Test
    void trustedClientsNeedAServerThatTrustsTheGateway() throws Exception {
        try (TestGateway gateway =
                gateway(rules("host all all all trust\n"), new FailedLogins(100, Duration.ofMinutes(1)))) {
            try (RawClient client = RawClient.open(gateway.port())) {
                client.send(out -> io.howdah.postgres.wire.StartupPacket.writeStartup(
                        out,
                        io.howdah.postgres.wire.StartupPacket.PROTOCOL_3_0,
                        Map.of("user", "app", "database", "postgres")));
                assertThat(client.receive().text()).isEqualTo("R:\0\0\0\0");
                var refused = client.receive();
                assertThat(refused.sqlState()).isEqualTo("28000");
                assertThat(refused.field('H')).contains("pg_hba.conf");
            }
        }
    }

    @Test
    void whoeverGuessesWaits() throws Exception {
        try (TestGateway gateway = gateway(AccessRules.scramForAll(), new FailedLogins(2, Duration.ofMinutes(1)))) {
            for (String wrong : List.of("a", "b")) {
                assertThat(logIn(gateway, "app", wrong).sqlState()).isEqualTo("28P01");
            }
            var refused = logIn(gateway, "app", PostgresFixture.PASSWORD);
            assertThat(refused.sqlState()).isEqualTo("28000");
            assertThat(refused.field('M')).contains("too many failed log-ins");
            assertThat(logIn(gateway, "nobody", "a").sqlState()).isEqualTo("28P01");
        }
    }
}
