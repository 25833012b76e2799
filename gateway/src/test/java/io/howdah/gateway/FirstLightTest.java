package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(WithPostgres.class)
final class FirstLightTest {
    private final PostgresFixture postgres;

    FirstLightTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    @ParameterizedTest
    @EnumSource(Transport.Preference.class)
    void aDriverRunsSqlOverEveryTransport(Transport.Preference transport) throws Exception {
        try (TestGateway gateway = TestGateway.before(
                        postgres, TestGateway.Settings.usual().on(transport));
                Connection connection = gateway.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT id, words FROM numbers ORDER BY id")) {
            int count = 0;
            while (rows.next()) {
                count++;
                assertThat(rows.getString(2)).isEqualTo("text " + count);
            }
            assertThat(count).isEqualTo(2000);
        }
    }

    @Test
    void theTransportIsNamed() {
        try (TestGateway gateway = TestGateway.before(postgres)) {
            assertThat(gateway.transport()).isIn("io_uring", "epoll", "nio");
        }
    }
}
