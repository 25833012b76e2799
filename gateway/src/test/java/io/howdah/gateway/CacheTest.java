package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.cache.CacheBypass;
import io.howdah.gateway.cache.CacheSettings;
import io.howdah.gateway.cache.CacheStatistics;
import io.howdah.gateway.support.CachedTables;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who gets which answer again, and for how long, on a real server and its real log. */
@ExtendWith(WithPostgres.class)
final class CacheTest {
    private static final List<String> NOT_CACHEABLE = List.of(
            "SELECT now()",
            "SELECT CURRENT_DATE",
            "SELECT current_user",
            "SELECT random()",
            "SELECT 'today'::date",
            "SELECT $$Now$$::text::timestamptz",
            "SELECT E'tod\\x61y'::date",
            "SELECT pg_backend_pid()",
            "SELECT relname FROM pg_class",
            "SELECT table_name FROM information_schema.tables",
            "SELECT last_value FROM ids",
            "SELECT n FROM u",
            "SELECT n FROM secured",
            "SELECT n FROM dated",
            "SELECT n FROM over_u",
            "SELECT stable()",
            "SELECT n FROM t TABLESAMPLE SYSTEM (50)",
            "SELECT n FROM t FOR UPDATE",
            "UPDATE t SET n = n RETURNING n",
            "SELECT 1; SELECT 2",
            "EXPLAIN SELECT n FROM t",
            "SHOW search_path",
            "SELECT t.derived FROM t",
            "SELECT error FROM t");

    /**
     * For rules, which name all that a statement may read: what other tests of this server call {@code t} may be a view, or have partitions.
     */
    private static final String PRICED = "CREATE TABLE priced AS SELECT i AS n FROM generate_series(1, 10) i";

    private final CachedTables tables;

    CacheTest(PostgresFixture postgres) {
        this.tables = new CachedTables(postgres);
    }

    @Test
    void anAnswerIsGivenAgainUntilAnotherConnectionWrites() throws Exception {
        try (TestGateway gateway = tables.gateway();
                RawClient client = tables.client(gateway)) {
            String sql = CachedTables.HINT + "SELECT sum(n) FROM t";
            assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("55");
            long hits = gateway.cache().statistics().hits();
            CachedTables.eventually().until(() -> {
                assertThat(client.value(sql)).isEqualTo("55");
                return gateway.cache().statistics().hits() >= hits + 20;
            });
            tables.outside("UPDATE t SET n = n + 1");
            CachedTables.becomes(gateway, client, sql, "65");
        }
    }

    @Test
    void aSessionSeesItsOwnWrites() throws Exception {
        try (TestGateway gateway = tables.gateway();
                RawClient client = tables.client(gateway);
                RawClient other = tables.client(gateway)) {
            String sql = CachedTables.HINT + "SELECT n FROM t WHERE id = 1";
            assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("1");
            for (int round = 2; round < 200; round++) {
                switch (round % 4) {
                    case 0 -> client.query("UPDATE t SET n = " + round + " WHERE id = 1");
                    case 1 -> client.query("BEGIN; UPDATE t SET n = " + round + " WHERE id = 1; COMMIT");
                    case 2 -> {
                        client.query("BEGIN");
                        client.query("UPDATE t SET n = " + round + " WHERE id = 1");
                        assertThat(client.value(sql)).isEqualTo("" + round);
                        client.query("COMMIT");
                    }
                    default -> client.query("DO $$ BEGIN UPDATE t SET n = " + round + " WHERE id = 1; END $$");
                }
                assertThat(client.value(sql)).isEqualTo("" + round);
                // Somebody keeps filling the cache.
                other.value(sql);
                if (round % 10 == 0) {
                    assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("" + round);
                }
            }
            assertThat(CachedTables.bypasses(gateway, CacheBypass.OWN_WRITES)).isPositive();
        }
    }

    @Test
    void whatDependsOnMoreThanTablesIsNotKept() throws Exception {
        tables.outside(
                "CREATE SEQUENCE ids; CREATE UNLOGGED TABLE u AS SELECT 1 AS n; CREATE TABLE secured AS SELECT 1 AS n;"
                        + " GRANT SELECT ON ids TO PUBLIC; ALTER TABLE secured ENABLE ROW LEVEL SECURITY;"
                        + " CREATE VIEW dated AS SELECT current_date AS n; CREATE VIEW over_u AS SELECT n FROM u;"
                        + " CREATE FUNCTION stable() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT sum(n) FROM "
                        + tables.schema() + ".t';"
                        + " CREATE FUNCTION derived(t) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT sum(n) FROM "
                        + tables.schema() + ".t'");
        try (TestGateway gateway = tables.gateway();
                RawClient client = tables.client(gateway)) {
            assertThat(CachedTables.cached(gateway, client, CachedTables.HINT + "SELECT 1"))
                    .isEqualTo("1");
            CacheStatistics before = gateway.cache().statistics();
            for (String sql : NOT_CACHEABLE) {
                for (int round = 0; round < 3; round++) {
                    client.query(CachedTables.HINT + sql);
                }
                assertThat(gateway.cache().statistics().hits()).as(sql).isEqualTo(before.hits());
                assertThat(gateway.cache().statistics().stored()).as(sql).isEqualTo(before.stored());
            }
            assertThat(CachedTables.cached(gateway, client, CachedTables.HINT + "SELECT 2"))
                    .isEqualTo("2");
        }
    }

    @Test
    void whoAsksAndHowCounts() throws Exception {
        tables.outside(
                "CREATE TABLE times AS SELECT timestamptz '2026-11-21 12:00+00' AS n; CREATE SCHEMA " + tables.schema()
                        + "_b; CREATE TABLE " + tables.schema() + "_b.t AS SELECT 5 AS n; GRANT ALL ON SCHEMA "
                        + tables.schema()
                        + "_b TO PUBLIC; GRANT ALL ON " + tables.schema() + "_b.t TO PUBLIC");
        String times = CachedTables.HINT + "SELECT to_char(n, 'HH24') FROM times";
        String sum = CachedTables.HINT + "SELECT sum(n) FROM t";
        try (TestGateway gateway = tables.gateway();
                RawClient client = tables.client(gateway);
                RawClient other = tables.client(gateway)) {
            client.query("SET TimeZone = 'UTC'");
            assertThat(CachedTables.cached(gateway, client, times)).isEqualTo("12");
            other.query("SET TimeZone = 'Asia/Tokyo'");
            assertThat(CachedTables.cached(gateway, other, times)).isEqualTo("21");
            assertThat(CachedTables.cached(gateway, client, times)).isEqualTo("12");
            assertThat(CachedTables.cached(gateway, client, sum)).isEqualTo("55");
            client.query("SET search_path = " + tables.schema() + "_b");
            assertThat(CachedTables.cached(gateway, client, sum)).isEqualTo("5");
            client.query("SET ROLE other");
            tables.outside("REVOKE ALL ON SCHEMA " + tables.schema() + "_b FROM PUBLIC; GRANT USAGE ON SCHEMA "
                    + tables.schema() + "_b TO app");
            CachedTables.eventually()
                    .until(() -> CachedTables.value(client, sum).equals("42P01")
                            || CachedTables.value(client, sum).equals("42501"));
            client.query("RESET ROLE");
            assertThat(CachedTables.cached(gateway, client, sum)).isEqualTo("5");
            client.query("SET howdah.consistency = 'strict'");
            long hits = gateway.cache().statistics().hits();
            client.query(sum);
            assertThat(gateway.cache().statistics().hits()).isEqualTo(hits);
        }
    }

    private static void extended(ByteBuf out, String sql, String id) {
        FrontendMessages.parse(out, "", sql);
        FrontendMessages.bind(out, "", "", List.of(Optional.of(id)));
        FrontendMessages.describe(out, FrontendMessages.PORTAL, "");
        FrontendMessages.execute(out, "");
        FrontendMessages.sync(out);
    }

    private static void named(ByteBuf out, String id) {
        FrontendMessages.bind(out, "", "one", List.of(Optional.of(id)));
        FrontendMessages.execute(out, "");
        FrontendMessages.sync(out);
    }

    @Test
    void answersAreGivenAgainByteForByte() throws Exception {
        String sql = CachedTables.HINT
                + "SELECT id, n, 'text ' || n AS words, NULL AS nothing FROM t WHERE id <= $1::int ORDER BY id";
        String simple = CachedTables.HINT + "SELECT id, n, NULL AS nothing FROM t ORDER BY id";
        try (TestGateway gateway = tables.gateway();
                RawClient client = tables.client(gateway)) {
            client.send(out -> FrontendMessages.parse(out, "one", sql));
            client.send(FrontendMessages::sync);
            client.receiveReady(1);
            List<Consumer<ByteBuf>> requests = List.of(
                    out -> FrontendMessages.query(out, simple),
                    out -> extended(out, sql, "3"),
                    out -> extended(out, sql, "4"),
                    out -> named(out, "5"),
                    out -> named(out, "6"));
            for (Consumer<ByteBuf> request : requests) {
                String first = ask(client, request);
                assertThat(first).doesNotContain("E:");
                CachedTables.eventually().until(() -> {
                    long before = gateway.cache().statistics().hits();
                    assertThat(ask(client, request)).isEqualTo(first);
                    return gateway.cache().statistics().hits() > before;
                });
            }
            // The session is as if the server had answered.
            client.send(out -> extended(out, sql, "3"));
            client.receiveReady(1);
            client.send(out -> {
                FrontendMessages.bind(out, "", "", List.of(Optional.of("2")));
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
            });
            assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("2DDCZ");
            client.query(simple);
            client.send(out -> {
                FrontendMessages.bind(out, "", "", List.of(Optional.of("2")));
                FrontendMessages.sync(out);
            });
            assertThat(client.receiveReady(1).getFirst().sqlState()).isEqualTo("26000");
        }
    }

    private static String ask(RawClient client, Consumer<ByteBuf> request) throws IOException {
        client.send(request);
        StringBuilder answer = new StringBuilder();
        for (RawClient.Message message : client.receiveReady(1)) {
            answer.append(message.type()).append(':').append(message.text()).append('\n');
        }
        return answer.toString();
    }

    @Test
    void rulesCacheWithoutHints() throws Exception {
        tables.outside("CREATE TABLE changing AS SELECT 1 AS n; " + PRICED);
        CacheSettings.Rule rule = new CacheSettings.Rule(
                Optional.empty(), Optional.of("app"), Set.of("priced"), Optional.of(Duration.ofMillis(300)));
        CacheSettings usual = CacheSettings.USUAL;
        try (TestGateway gateway = tables.gateway(new CacheSettings(
                        usual.memoryBytes(), 2000, usual.timeToLive(), usual.staleAfter(), false, List.of(rule)));
                RawClient client = tables.client(gateway)) {
            assertThat(CachedTables.cached(gateway, client, "SELECT sum(n) FROM priced"))
                    .isEqualTo("55");
            long hits = gateway.cache().statistics().hits();
            assertThat(CachedTables.value(client, "SELECT n FROM changing")).isEqualTo("1");
            assertThat(CachedTables.value(client, "SELECT n FROM changing")).isEqualTo("1");
            assertThat(CachedTables.value(client, "/*NO QUERY CACHE*/ SELECT sum(n) FROM priced"))
                    .isEqualTo("55");
            assertThat(gateway.cache().statistics().hits()).isEqualTo(hits);
            assertThat(CachedTables.value(client, "SELECT repeat('x', 3000) FROM priced"))
                    .hasSize(3000);
            assertThat(CachedTables.bypasses(gateway, CacheBypass.TOO_LONG)).isEqualTo(1);
            // It lives no longer than the rule says.
            CachedTables.eventually().until(() -> {
                long misses = gateway.cache().statistics().misses();
                client.query("SELECT sum(n) FROM priced");
                return gateway.cache().statistics().misses() > misses;
            });
        }
    }

    @Test
    void operatorsForgetAnswers() throws Exception {
        tables.outside("CREATE TABLE other AS SELECT 1 AS n");
        try (TestGateway gateway = tables.gateway();
                RawClient client = tables.client(gateway)) {
            CachedTables.cached(gateway, client, CachedTables.HINT + "SELECT sum(n) FROM t");
            CachedTables.cached(gateway, client, CachedTables.HINT + "SELECT n FROM other");
            assertThat(gateway.cache()
                            .invalidate(Optional.empty(), Optional.of(tables.schema() + ".other"))
                            .answers())
                    .isEqualTo(1);
            assertThat(gateway.cache()
                            .invalidate(Optional.empty(), Optional.of("nowhere"))
                            .answers())
                    .isZero();
            assertThat(gateway.cache()
                            .invalidate(Optional.of("nowhere"), Optional.empty())
                            .answers())
                    .isZero();
            try (RawClient console = RawClient.login(gateway.port(), Map.of("database", "howdah"))) {
                assertThat(console.value("SHOW CACHE")).startsWith("follows node1");
            }
            assertThat(gateway.cache()
                            .invalidate(Optional.empty(), Optional.empty())
                            .bytes())
                    .isPositive();
            assertThat(gateway.cache().statistics().entries()).isZero();
            assertThat(gateway.cache().statistics().bytes()).isZero();
        }
    }

    @Test
    void itIsSwitchedOffAndOnWhileItRuns() throws Exception {
        String sql = CachedTables.HINT + "SELECT sum(n) FROM t";
        String ruled = "SELECT count(n) FROM priced";
        tables.outside(PRICED);
        try (TestGateway gateway = tables.gateway();
                RawClient client = tables.client(gateway)) {
            assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("55");
            gateway.cache().reconfigure(CacheSettings.USUAL, false);
            CacheStatistics off = gateway.cache().statistics();
            assertThat(off.state()).isEqualTo("off");
            assertThat(off.entries()).isZero();
            assertThat(client.value(sql)).isEqualTo("55");
            assertThat(client.value(sql)).isEqualTo("55");
            assertThat(gateway.cache().statistics()).isEqualTo(off);
            CachedTables.eventually().until(() -> tables.streams().isEmpty());
            tables.outside("UPDATE t SET n = 1");
            assertThat(client.value(sql)).isEqualTo("10");
            // What has rules by now needs no hint, in sessions that were there before as well.
            CacheSettings usual = CacheSettings.USUAL;
            CacheSettings.Rule rule =
                    new CacheSettings.Rule(Optional.empty(), Optional.of("app"), Set.of("priced"), Optional.empty());
            gateway.cache()
                    .reconfigure(
                            new CacheSettings(
                                    1 << 20, 2000, usual.timeToLive(), usual.staleAfter(), false, List.of(rule)),
                            true);
            assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("10");
            assertThat(CachedTables.cached(gateway, client, ruled)).isEqualTo("10");
            assertThat(gateway.cache().statistics().maximumBytes()).isEqualTo(1 << 20);
        }
    }
}
