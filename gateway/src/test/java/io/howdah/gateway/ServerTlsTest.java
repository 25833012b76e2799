package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.service.ServiceAccount;
import io.howdah.gateway.service.ServiceConnector;
import io.howdah.gateway.support.Certificates;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.gateway.tls.ServerTls;
import io.howdah.gateway.tls.ServerTls.Mode;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresConnectionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Connections to servers: encrypted, and only to servers that are who they should be. */
@ExtendWith(WithPostgres.class)
final class ServerTlsTest {
    private final PostgresFixture postgres;

    @TempDir
    private Path directory;

    private Certificates certificates;

    ServerTlsTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    @BeforeEach
    void serverWithTls() throws Exception {
        certificates = Certificates.in(directory);
        certificates.issue("server", "somewhere", "127.0.0.2");
        put("tls.key", certificates.path("server.key"));
        put("tls.crt", certificates.path("server.crt"));
        postgres.first().sql("ALTER SYSTEM SET ssl_cert_file = 'tls.crt'");
        postgres.first().sql("ALTER SYSTEM SET ssl_key_file = 'tls.key'");
        postgres.first().sql("ALTER SYSTEM SET ssl = on");
        postgres.first().sql("SELECT pg_reload_conf()");
        await().until(() ->
                postgres.first().count("SELECT count(*) FROM pg_settings WHERE name = 'ssl' AND setting = 'on'") == 1);
    }

    /** PostgreSQL itself writes the file, so that it belongs to it. */
    private void put(String name, Path source) throws Exception {
        postgres.first()
                .sql("COPY (SELECT unnest(string_to_array('"
                        + Files.readString(source).strip() + "', E'\\n'))) TO PROGRAM 'umask 077; cat > " + name + "'");
    }

    @AfterEach
    void withoutTls() {
        for (String setting : new String[] {"ssl", "ssl_cert_file", "ssl_key_file"}) {
            postgres.first().sql("ALTER SYSTEM RESET " + setting);
        }
        postgres.first().sql("SELECT pg_reload_conf()");
    }

    private TestGateway gateway(Mode mode, Path authority) {
        return TestGateway.before(
                postgres,
                TestGateway.Settings.usual()
                        .holding(Duration.ofMillis(300))
                        .servers(ServerTls.load(mode, Optional.of(authority))));
    }

    private static String refusal(TestGateway gateway) throws Exception {
        try (RawClient client = RawClient.open(gateway.port())) {
            var last = client.logIn(PostgresFixture.USER, PostgresFixture.PASSWORD, Map.of())
                    .getLast();
            assertThat(last.sqlState()).isEqualTo("57P03");
            return last.field('D');
        }
    }

    @Test
    void eachModePromisesWhatLibpqsDoes() throws Exception {
        Path authority = certificates.path("authority.crt");
        Path stranger = Certificates.in(Files.createDirectory(directory.resolve("strange")))
                .path("authority.crt");
        for (Mode mode : new Mode[] {Mode.REQUIRE, Mode.VERIFY_CA}) {
            try (TestGateway gateway = gateway(mode, authority);
                    RawClient client = RawClient.login(gateway.port())) {
                assertThat(client.value("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
                        .as("%s", mode)
                        .isEqualTo("t");
            }
        }
        try (TestGateway gateway = gateway(Mode.REQUIRE, stranger);
                RawClient client = RawClient.login(gateway.port())) {
            assertThat(client.value("SELECT 1")).isEqualTo("1");
        }
        try (TestGateway gateway = gateway(Mode.VERIFY_CA, stranger)) {
            assertThat(refusal(gateway)).containsIgnoringCase("certpath");
        }
        // The certificate is for another address.
        try (TestGateway gateway = gateway(Mode.VERIFY_FULL, authority)) {
            assertThat(refusal(gateway)).contains("127.0.0.1");
        }
    }

    @Test
    void aServerWithoutTlsGetsNoClearText() throws Exception {
        try (TestGateway gateway = gateway(Mode.REQUIRE, certificates.path("authority.crt"))) {
            gateway.routes.primary(postgres.second().backend());
            assertThat(refusal(gateway)).contains("does not offer TLS");
        }
    }

    /** What the gateway asks for itself is protected in the same way. */
    @Test
    void theGatewaysOwnQuestionsAreEncrypted() throws Exception {
        ServiceAccount account = new ServiceAccount("howdah_gateway", new Credential.Password("gateway password"));
        Optional<Path> authority = Optional.of(certificates.path("authority.crt"));
        ServiceConnector verified = new ServiceConnector(account, () -> ServerTls.load(Mode.VERIFY_CA, authority));
        try (PostgresClient client =
                verified.open(postgres.first().backend(), PostgresFixture.DATABASE, Duration.ofSeconds(5))) {
            assertThat(client.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                            .getFirst()
                            .flag("ssl"))
                    .isTrue();
        }
        ServiceConnector named = new ServiceConnector(account, () -> ServerTls.load(Mode.VERIFY_FULL, authority));
        assertThatThrownBy(
                        () -> named.open(postgres.first().backend(), PostgresFixture.DATABASE, Duration.ofSeconds(5)))
                .isInstanceOf(PostgresConnectionException.class)
                .hasMessageContaining("127.0.0.1");
        assertThatThrownBy(() ->
                        verified.open(postgres.second().backend(), PostgresFixture.DATABASE, Duration.ofSeconds(5)))
                .isInstanceOf(PostgresConnectionException.class)
                .hasMessageContaining("does not offer TLS");
    }
}
