package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.login.AccessRules;
import io.howdah.gateway.login.AddressRange;
import io.howdah.gateway.login.Entrance;
import io.howdah.gateway.login.FailedLogins;
import io.howdah.gateway.login.ProxyTrust;
import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A proxy in front of the gateway says where its clients are. */
@ExtendWith(WithPostgres.class)
final class ProxyProtocolTest {
    private static final byte[] SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

    private final PostgresFixture postgres;

    @TempDir
    private Path directory;

    ProxyProtocolTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    private static ProxyTrust trust(String range) {
        return new ProxyTrust(
                Set.of(PortRole.READ_WRITE), List.of(AddressRange.parse(range).orElseThrow()));
    }

    /** Lets in 203.0.113.7 only. */
    private TestGateway gateway(String trusted) throws Exception {
        Path file = directory.resolve("hba.conf");
        Files.writeString(file, "host all all 203.0.113.7/32 scram-sha-256\n");
        Entrance entrance =
                new Entrance(Optional.empty(), AccessRules.load(file), new FailedLogins(10, Duration.ofMinutes(1)));
        return TestGateway.before(
                postgres,
                TestGateway.Settings.usual()
                        .access(entrance)
                        .login(Duration.ofSeconds(2))
                        .trusting(trust(trusted)));
    }

    private static Consumer<ByteBuf> version2(int command, int... source) {
        return out -> {
            out.writeBytes(SIGNATURE).writeByte(0x20 | command).writeByte(0x11).writeShort(12);
            for (int part : source) {
                out.writeByte(part);
            }
            out.writeBytes(new byte[] {127, 0, 0, 1}).writeShort(40_000).writeShort(5432);
        };
    }

    private static Consumer<ByteBuf> version1(String line) {
        return out -> out.writeCharSequence(line + "\r\n", StandardCharsets.US_ASCII);
    }

    private static String logIn(TestGateway gateway, Consumer<ByteBuf> header) throws Exception {
        try (RawClient client = RawClient.open(gateway.port())) {
            client.send(header);
            List<RawClient.Message> answer = client.logIn(PostgresFixture.USER, PostgresFixture.PASSWORD, Map.of());
            if (answer.getLast().type() == 'E') {
                return answer.getLast().sqlState();
            }
            List<GatewayReport.Client> clients =
                    gateway.server().control().report().join().clients();
            return String.valueOf(clients.getFirst().remote());
        }
    }

    @Test
    void theAddressInTheHeaderCountsForRulesAndReports() throws Exception {
        try (TestGateway gateway = gateway("127.0.0.0/8")) {
            assertThat(logIn(gateway, version2(1, 203, 0, 113, 7))).isEqualTo("/203.0.113.7:40000");
            assertThat(logIn(gateway, version1("PROXY TCP4 203.0.113.7 127.0.0.1 40001 5432")))
                    .isEqualTo("/203.0.113.7:40001");
            assertThat(logIn(gateway, version2(1, 203, 0, 113, 8))).isEqualTo("28000");
            // LOCAL: the proxy speaks for itself, from an address that the rules do not let in.
            assertThat(logIn(gateway, version2(0, 203, 0, 113, 7))).isEqualTo("28000");
            assertThat(logIn(gateway, version1("PROXY UNKNOWN"))).isEqualTo("28000");
        }
    }

    @Test
    void nobodyElseIsBelieved() throws Exception {
        try (TestGateway gateway = gateway("10.0.0.0/8");
                RawClient stranger = RawClient.open(gateway.port())) {
            stranger.send(version2(1, 203, 0, 113, 7));
            assertThat(stranger.receiveToEnd()).isNotNull();
            assertThat(gateway.counters().logins()).isZero();
        }
    }

    @Test
    void otherPortsExpectNoHeader() throws Exception {
        TestGateway.Settings settings = TestGateway.Settings.usual().trusting(trust("127.0.0.0/8"));
        try (TestGateway gateway = TestGateway.before(postgres, settings);
                Connection plain = gateway.connect(PortRole.AUTO, Map.of())) {
            assertThat(plain.isValid(5)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 999.1.1.1 1.1.1.1 1 1\r\n",
                "PROXY TCP4 1.1.1.1\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "PROXY TCP4 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "\r\n\r\n\0\r\nQUIT\n1\u0011\u0000\u000c",
                "PROXY"
            })
    void hostileHeadersCostOnlyTheirConnection(String bytes) throws Exception {
        try (TestGateway gateway = gateway("127.0.0.0/8");
                RawClient hostile = RawClient.open(gateway.port())) {
            hostile.send(out -> out.writeBytes(bytes.getBytes(StandardCharsets.ISO_8859_1)));
            // Closed, at the latest when the time to log in is over.
            assertThat(hostile.receiveToEnd()).isNotNull();
            assertThat(logIn(gateway, version2(1, 203, 0, 113, 7))).isEqualTo("/203.0.113.7:40000");
        }
    }
}
