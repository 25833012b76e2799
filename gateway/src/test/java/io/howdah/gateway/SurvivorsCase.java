package io.howdah.gateway;

import io.howdah.gateway.pool.PoolMode;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.TestGateway;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A gateway before two servers that both have the table {@code survivors}. */
abstract class SurvivorsCase {
    final PoolMode mode;
    final PostgresFixture postgres;
    final TestGateway gateway;

    SurvivorsCase(PoolMode mode, PostgresFixture postgres) {
        this.mode = mode;
        this.postgres = postgres;
        this.gateway = TestGateway.before(postgres, TestGateway.Settings.usual().mode(mode));
    }

    @BeforeEach
    void tables() {
        for (var server : List.of(postgres.first(), postgres.second())) {
            server.sql("DROP TABLE IF EXISTS survivors");
            server.sql("CREATE TABLE survivors (id int)");
            server.sql("GRANT ALL ON survivors TO app");
        }
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    static String one(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
