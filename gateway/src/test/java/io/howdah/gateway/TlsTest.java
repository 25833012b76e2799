package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.gateway.login.AccessRules;
import io.howdah.gateway.login.Entrance;
import io.howdah.gateway.login.FailedLogins;
import io.howdah.gateway.support.Certificates;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.gateway.tls.ClientTls;
import io.howdah.gateway.tls.TlsException;
import io.howdah.postgres.wire.StartupPacket;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Clients that encrypt: negotiated, direct, bound to the certificate, and with certificates of their own. */
@ExtendWith(WithPostgres.class)
final class TlsTest {
    private final PostgresFixture postgres;

    @TempDir
    private Path directory;

    private Certificates certificates;
    private ClientTls tls;

    TlsTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    @BeforeEach
    void certificates() {
        certificates = Certificates.in(directory);
        certificates.issue("gateway", "localhost", "127.0.0.1");
        certificates.issue("app", "app", "127.0.0.1");
        tls = ClientTls.load(new ClientTls.Paths(
                certificates.path("gateway.crt"),
                certificates.path("gateway.key"),
                Optional.of(certificates.path("authority.crt"))));
    }

    private TestGateway gateway(AccessRules rules) {
        return TestGateway.before(
                postgres,
                TestGateway.Settings.usual()
                        .access(new Entrance(Optional.of(tls), rules, new FailedLogins(100, Duration.ofMinutes(1)))));
    }

    private Map<String, String> verifying() {
        return Map.of(
                "sslmode",
                "verify-full",
                "sslrootcert",
                certificates.path("authority.crt").toString());
    }

    @Test
    void aDriverVerifiesTheGatewayAndBindsItsLogInToTheCertificate() throws Exception {
        try (TestGateway gateway = gateway(AccessRules.scramForAll())) {
            var options = new java.util.HashMap<>(verifying());
            options.put("channelBinding", "require");
            try (Connection connection = gateway.connect(options);
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT repeat('x', 300000)")) {
                rows.next();
                assertThat(rows.getString(1)).hasSize(300_000);
            }
            // In clear text, and with an authority that did not sign:
            try (Connection connection = gateway.connect(Map.of("sslmode", "disable"))) {
                assertThat(connection.isValid(5)).isTrue();
            }
            Certificates strange = Certificates.in(Files.createDirectory(directory.resolve("strange")));
            assertThatThrownBy(() -> gateway.connect(Map.of(
                            "sslmode",
                            "verify-ca",
                            "sslrootcert",
                            strange.path("authority.crt").toString())))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void clearTextBehindTheRequestForTlsIsRefused() throws Exception {
        try (TestGateway gateway = gateway(AccessRules.scramForAll());
                RawClient client = RawClient.open(gateway.port())) {
            client.send(out -> {
                StartupPacket.writeSslRequest(out);
                StartupPacket.writeStartup(out, StartupPacket.PROTOCOL_3_0, Map.of("user", "app"));
            });
            var answer = client.receive();
            assertThat(answer.sqlState()).isEqualTo("08P01");
            assertThat(answer.field('M')).contains("unencrypted data after SSL request");
            assertThat(client.receiveToEnd()).isEmpty();
        }
    }

    @Test
    void tlsFromTheFirstByteMustNameTheProtocol() throws Exception {
        try (TestGateway gateway = gateway(AccessRules.scramForAll())) {
            try (SSLSocket socket = direct(gateway, "postgresql")) {
                OutputStream out = socket.getOutputStream();
                out.write(RawClient.bytes(buffer -> StartupPacket.writeStartup(
                        buffer, StartupPacket.PROTOCOL_3_0, Map.of("user", "app", "database", "postgres"))));
                out.flush();
                byte[] answer = socket.getInputStream().readNBytes(9);
                assertThat(answer[0]).isEqualTo((byte) 'R');
                assertThat(new String(
                                socket.getInputStream().readNBytes(18), java.nio.charset.StandardCharsets.US_ASCII))
                        .isEqualTo("SCRAM-SHA-256-PLUS");
            }
            try (SSLSocket socket = direct(gateway, "")) {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            assertThatThrownBy(() -> direct(gateway, "http/1.1")).isInstanceOf(java.io.IOException.class);
        }
    }

    private SSLSocket direct(TestGateway gateway, String protocol) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(certificates.path("authority.crt"))) {
            trusted.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", gateway.port());
        socket.setSoTimeout(10_000);
        SSLParameters parameters = socket.getSSLParameters();
        if (!protocol.isEmpty()) {
            parameters.setApplicationProtocols(new String[] {protocol});
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    @Test
    void aNewCertificateIsShownToNewClientsAndABadOneChangesNothing() throws Exception {
        try (TestGateway gateway = gateway(AccessRules.scramForAll());
                Connection before = gateway.connect(verifying())) {
            String first = serial(gateway);
            Files.writeString(certificates.path("gateway.crt"), "no certificate");
            assertThatThrownBy(() -> tls.reload())
                    .isInstanceOf(TlsException.class)
                    .hasMessageContaining("gateway.crt");
            assertThat(serial(gateway)).isEqualTo(first);
            certificates.issue("next", "localhost", "127.0.0.1");
            Files.move(
                    certificates.path("next.key"),
                    certificates.path("gateway.key"),
                    StandardCopyOption.REPLACE_EXISTING);
            Files.move(
                    certificates.path("next.crt"),
                    certificates.path("gateway.crt"),
                    StandardCopyOption.REPLACE_EXISTING);
            tls.reload();
            assertThat(serial(gateway)).isNotEqualTo(first);
            assertThat(before.isValid(5)).isTrue();
        }
    }

    private String serial(TestGateway gateway) throws Exception {
        try (SSLSocket socket = direct(gateway, "postgresql")) {
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSerialNumber().toString();
        }
    }

    @Test
    void aCertificateStandsForThePasswordWhereTheRulesSaySo() throws Exception {
        Path rules = directory.resolve("hba");
        Files.writeString(rules, "hostssl all app 127.0.0.1/32 scram-sha-256 clientcert=verify-full\n");
        try (TestGateway gateway = gateway(AccessRules.load(rules))) {
            var options = new java.util.HashMap<>(verifying());
            assertThatThrownBy(() -> gateway.connect(options)).hasMessageContaining("client certificate");
            Path key = certificates.path("app.pk8");
            Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(key, der(certificates.path("app.key")));
            options.put("sslcert", certificates.path("app.crt").toString());
            options.put("sslkey", key.toString());
            try (Connection connection = gateway.connect(options)) {
                assertThat(connection.isValid(5)).isTrue();
            }
            assertThatThrownBy(() -> gateway.connect(Map.of("sslmode", "disable")))
                    .hasMessageContaining("no HBA rule")
                    .hasMessageContaining("no encryption");
        }
    }

    private static byte[] der(Path pem) throws java.io.IOException {
        String text = Files.readString(pem).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return java.util.Base64.getDecoder().decode(text);
    }
}
