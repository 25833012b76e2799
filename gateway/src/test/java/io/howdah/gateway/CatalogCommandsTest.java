package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.pool.PoolRules;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Commands on databases and roles do what they do on a plain connection, although the gateway keeps connections that nobody uses. */
@ExtendWith(WithPostgres.class)
final class CatalogCommandsTest {
    private final PostgresFixture postgres;

    CatalogCommandsTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    @BeforeEach
    void allowDatabases() {
        postgres.first().sql("ALTER ROLE app CREATEDB");
    }

    @AfterEach
    void tidyUp() {
        postgres.first().sql("DROP DATABASE IF EXISTS passing WITH (FORCE)");
        postgres.first().sql("DROP DATABASE IF EXISTS passed WITH (FORCE)");
        postgres.first().sql("ALTER ROLE app RESET work_mem");
        postgres.first().sql("ALTER ROLE app NOCREATEDB");
    }

    private TestGateway gateway() {
        return TestGateway.before(
                postgres, TestGateway.Settings.usual().loops(2).pooling(PoolRules.USUAL.size(2, 5)));
    }

    private static void use(TestGateway gateway, String database) throws Exception {
        List<RawClient> clients = List.of(
                RawClient.login(gateway.port(), Map.of("database", database)),
                RawClient.login(gateway.port(), Map.of("database", database)),
                RawClient.login(gateway.port(), Map.of("database", database)));
        for (RawClient each : clients) {
            assertThat(RawClient.types(each.query("BEGIN"))).isEqualTo("CZ");
        }
        for (RawClient each : clients) {
            assertThat(RawClient.types(each.query("COMMIT"))).isEqualTo("CZ");
        }
        RawClient.close(clients);
    }

    @Test
    void databasesWithNothingButIdleConnectionsAreCopiedRenamedAndDropped() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient owner = RawClient.login(gateway.port())) {
            assertThat(RawClient.types(owner.query("CREATE DATABASE passing"))).isEqualTo("CZ");
            use(gateway, "passing");
            assertThat(RawClient.types(owner.query("ALTER DATABASE passing RENAME TO passed")))
                    .isEqualTo("CZ");
            use(gateway, "passed");
            assertThat(RawClient.types(owner.query("CREATE DATABASE passing TEMPLATE passed")))
                    .isEqualTo("CZ");
            use(gateway, "passing");
            assertThat(RawClient.types(owner.query("DROP DATABASE passing"))).isEqualTo("CZ");
            assertThat(RawClient.types(owner.query("DROP DATABASE passed"))).isEqualTo("CZ");
        }
    }

    @Test
    void aDatabaseInUseIsNotDropped() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient owner = RawClient.login(gateway.port())) {
            owner.query("CREATE DATABASE passing");
            try (RawClient user = RawClient.login(gateway.port(), Map.of("database", "passing"))) {
                user.query("BEGIN");
                assertThat(owner.query("DROP DATABASE passing").getFirst().sqlState())
                        .isEqualTo("55006");
                assertThat(RawClient.types(user.query("COMMIT"))).isEqualTo("CZ");
            }
        }
    }

    @Test
    void newDefaultsCountForConnectionsFromTheCommitOn() throws Exception {
        try (TestGateway gateway = gateway();
                RawClient owner = RawClient.login(gateway.port())) {
            assertThat(owner.value("SHOW work_mem")).isEqualTo("4MB");
            owner.query("ALTER ROLE app SET work_mem = '7MB'");
            try (RawClient later = RawClient.login(gateway.port())) {
                assertThat(later.value("SHOW work_mem")).isEqualTo("7MB");
            }
            owner.query("BEGIN");
            owner.query("ALTER ROLE app SET work_mem = '8MB'");
            try (RawClient between = RawClient.login(gateway.port())) {
                assertThat(between.value("SHOW work_mem")).isEqualTo("7MB");
            }
            owner.query("COMMIT");
            try (RawClient later = RawClient.login(gateway.port())) {
                assertThat(later.value("SHOW work_mem")).isEqualTo("8MB");
            }
        }
    }
}
