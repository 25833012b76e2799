package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.gateway.login.AccessRules;
import io.howdah.gateway.login.Entrance;
import io.howdah.gateway.login.FailedLogins;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.StartupPacket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Passwords as servers store them: for SCRAM, for md5, expired; and who is asked for them. */
@ExtendWith(WithPostgres.class)
final class PasswordTest {
    private static final FailedLogins FORGIVING = new FailedLogins(100, Duration.ofMinutes(1));

    private final PostgresFixture postgres;

    @TempDir
    private Path directory;

    PasswordTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    private TestGateway.Settings rules(String text) throws Exception {
        AccessRules rules = AccessRules.load(Files.writeString(directory.resolve("hba"), text));
        return TestGateway.Settings.usual().access(new Entrance(Optional.empty(), rules, FORGIVING));
    }

    private static Connection connect(TestGateway gateway, String user, String password) throws SQLException {
        return gateway.connect(Map.of("user", user, "password", password));
    }

    @Test
    void aPasswordThatIsStoredForMd5OpensGatewayAndServer() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres, rules("host all all all md5\n"))) {
            try (Connection old = connect(gateway, "old_client", "old password");
                    Statement statement = old.createStatement();
                    var rows = statement.executeQuery("SELECT current_user")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("old_client");
            }
            assertThatThrownBy(() -> connect(gateway, "old_client", "wrong"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        }
    }

    /** As on a server: what is stored decides, and unknown roles get what is usual. */
    @Test
    void whereTheRuleSaysMd5OtherRolesGetScram() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres, rules("host all all all md5\n"))) {
            for (String user : new String[] {PostgresFixture.USER, "nobody"}) {
                try (RawClient client = RawClient.open(gateway.port())) {
                    client.send(out -> StartupPacket.writeStartup(
                            out, StartupPacket.PROTOCOL_3_0, Map.of("user", user, "database", "postgres")));
                    assertThat(client.receive().text()).startsWith("R:\0\0\0\nSCRAM-SHA-256");
                }
            }
            try (Connection client = connect(gateway, PostgresFixture.USER, PostgresFixture.PASSWORD)) {
                assertThat(client.isValid(5)).isTrue();
            }
        }
    }

    @Test
    void md5IsNotEnoughWhereScramIsAskedFor() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres)) {
            assertThatThrownBy(() -> connect(gateway, "old_client", "old password"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        }
    }

    @Test
    void anExpiredPasswordIsAWrongOne() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient client = RawClient.open(gateway.port())) {
            var refused = client.logIn("expired", PostgresFixture.PASSWORD, Map.of("database", "postgres"))
                    .getLast();
            assertThat(refused.sqlState()).isEqualTo("28P01");
            assertThat(refused.field('M')).isEqualTo("password authentication failed for user \"expired\"");
        }
    }

    /** The function of PgBouncer's documentation, which answers the role's name as well. */
    @Test
    void theQuestionForPasswordsCanBeConfigured() throws Exception {
        postgres.first().sql("""
                CREATE FUNCTION public.lookup(INOUT p_user name, OUT p_password text) LANGUAGE sql SECURITY DEFINER
                SET search_path = pg_catalog AS 'SELECT usename, passwd FROM pg_shadow WHERE usename = p_user'""");
        TestGateway.Settings settings = TestGateway.Settings.usual().holding(Duration.ofMillis(300));
        try (TestGateway gateway = TestGateway.before(postgres, settings.asking("SELECT * FROM public.lookup($1)"))) {
            try (RawClient client = RawClient.login(gateway.port())) {
                assertThat(client.value("SELECT current_user")).isEqualTo("app");
            }
            try (RawClient client = RawClient.open(gateway.port())) {
                assertThat(client.logIn("nobody", "x", Map.of()).getLast().sqlState())
                        .isEqualTo("28P01");
            }
        } finally {
            postgres.first().sql("DROP FUNCTION public.lookup");
        }
        try (TestGateway gateway = TestGateway.before(postgres, settings.asking("SELECT * FROM public.lookup($1)"));
                RawClient client = RawClient.open(gateway.port())) {
            assertThat(client.logIn("app", PostgresFixture.PASSWORD, Map.of())
                            .getLast()
                            .sqlState())
                    .isEqualTo("57P03");
        }
    }
}
