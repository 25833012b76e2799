package io.howdah.gateway.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.cache.CacheBypass;
import io.howdah.gateway.cache.CacheSettings;
import io.howdah.gateway.cache.CacheStatistics;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.awaitility.core.ConditionFactory;

/** A table {@code t} of one test's own, whose column {@code n} adds up to 55, and those who read it through a gateway that caches. */
public final class CachedTables {
    public static final String HINT = "/* howdah:cache */ ";

    private final PostgresFixture postgres;
    /** Each test has tables of its own: t for one is not t for the other. */
    private final String schema = "cached_" + UUID.randomUUID().toString().substring(0, 8);

    public CachedTables(PostgresFixture postgres) {
        this.postgres = postgres;
        outside("CREATE SCHEMA " + schema + "; GRANT ALL ON SCHEMA " + schema + " TO PUBLIC;"
                + " ALTER DEFAULT PRIVILEGES IN SCHEMA " + schema + " GRANT ALL ON TABLES TO PUBLIC;"
                + " CREATE TABLE t (id int PRIMARY KEY, n int);"
                + " INSERT INTO t SELECT i, i FROM generate_series(1, 10) i");
    }

    public String schema() {
        return schema;
    }

    /** Not through the gateway. */
    public void outside(String sql) {
        postgres.first().sql("SET search_path = " + schema + ";" + sql);
    }

    public TestGateway gateway() {
        return gateway(CacheSettings.USUAL);
    }

    public TestGateway gateway(CacheSettings settings) {
        return TestGateway.caching(postgres, TestGateway.Settings.usual(), settings);
    }

    public RawClient client(TestGateway gateway) throws IOException {
        return RawClient.login(gateway.port(), Map.of("options", "-c search_path=" + schema));
    }

    /** The server's processes that send the log to gateways. */
    public List<Integer> streams() throws SQLException {
        try (Connection connection = postgres.first().admin();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT pid FROM pg_stat_replication WHERE application_name = 'howdah gateway'")) {
            List<Integer> processes = new ArrayList<>();
            while (rows.next()) {
                processes.add(rows.getInt(1));
            }
            return processes;
        }
    }

    public static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(5));
    }

    /** The first value, or the state of the error. */
    public static String value(RawClient client, String sql) throws IOException {
        List<RawClient.Message> answer = client.query(sql);
        return answer.stream().anyMatch(message -> message.type() == 'D')
                ? RawClient.value(answer)
                : answer.getFirst().type() == 'E' ? answer.getFirst().sqlState() : "";
    }

    /** Asks until the answer comes from the cache, and gives that. */
    public static String cached(TestGateway gateway, RawClient client, String sql) {
        String[] value = {""};
        eventually().untilAsserted(() -> {
            long before = gateway.cache().statistics().hits();
            value[0] = value(client, sql);
            CacheStatistics after = gateway.cache().statistics();
            assertThat(after.hits()).as("%s: %s", sql, after).isGreaterThan(before);
        });
        return value[0];
    }

    /** It is what it should be, and so is what is kept of it. */
    public static void becomes(TestGateway gateway, RawClient client, String sql, String expected) {
        eventually().alias(sql).until(() -> value(client, sql).equals(expected));
        assertThat(cached(gateway, client, sql)).isEqualTo(expected);
    }

    public static long bypasses(TestGateway gateway, CacheBypass reason) {
        return Objects.requireNonNull(gateway.cache().statistics().bypassed().get(reason));
    }
}
