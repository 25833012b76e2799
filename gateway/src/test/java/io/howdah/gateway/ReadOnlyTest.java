package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(WithPostgres.class)
final class ReadOnlyTest {
    private final PostgresFixture postgres;

    ReadOnlyTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    private static String shows(RawClient client, String setting) throws Exception {
        return client.query("SHOW " + setting).stream()
                .filter(message -> message.type() == 'D')
                .map(message -> message.text().substring(8))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void readsGoToAReplicaOfTheSameCell() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres)) {
            gateway.routes.replicas(
                    postgres.second().backendIn("zone9"), postgres.standby().backend());
            try (RawClient one = RawClient.login(gateway.port(PortRole.READ_ONLY));
                    RawClient two = RawClient.login(gateway.port(PortRole.READ_ONLY))) {
                assertThat(shows(one, "port")).isEqualTo("" + postgres.standby().port());
                assertThat(shows(two, "port")).isEqualTo("" + postgres.standby().port());
            }
        }
    }

    @Test
    void sessionsSpreadOverReplicas() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres)) {
            gateway.routes.replicas(
                    postgres.second().backend(), postgres.standby().backend());
            try (RawClient one = RawClient.login(gateway.port(PortRole.READ_ONLY));
                    RawClient two = RawClient.login(gateway.port(PortRole.READ_ONLY))) {
                assertThat(shows(one, "port")).isNotEqualTo(shows(two, "port"));
            }
        }
    }

    @Test
    void withoutAReplicaThePrimaryServesReadsOnly() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient client = RawClient.login(gateway.port(PortRole.READ_ONLY))) {
            assertThat(shows(client, "port")).isEqualTo("" + postgres.first().port());
            assertThat(client.query("CREATE TABLE never (id int)").getFirst().sqlState())
                    .isEqualTo("25006");
        }
    }

    @Test
    void aReaderMovesWhenItsReplicaIsTakenOut() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres)) {
            gateway.routes.replicas(postgres.standby().backend());
            try (RawClient client = RawClient.login(gateway.port(PortRole.READ_ONLY))) {
                client.query("SET work_mem = '3MB'");
                gateway.routes.replicas(postgres.second().backend());
                org.awaitility.Awaitility.await()
                        .untilAsserted(() -> assertThat(shows(client, "port"))
                                .isEqualTo("" + postgres.second().port()));
                assertThat(shows(client, "work_mem")).isEqualTo("3MB");
            }
        }
    }
}
