package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.cache.CacheSettings;
import io.howdah.gateway.support.CachedTables;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Sessions of a gateway and connections beside it count up and read the same few counters at random, while these move from file to file
 * and from table to table. Whoever reads must find at least what
 * it has itself counted to, and no more than has been begun; in the end everybody finds the same, from the cache too.
 */
@ExtendWith(WithPostgres.class)
final class CacheHistoryTest {
    private static final int COUNTERS = 4;
    private static final int SESSIONS = 6;
    private static final int ROUNDS = 250;
    private static final String READ = "/* howdah:cache=1h */ SELECT n FROM cache_history WHERE id = ";

    /** The same rows, in another file, or in a table that was another one before. */
    private static final List<String> ELSEWHERE = List.of(
            "VACUUM FULL cache_history",
            "ALTER TABLE cache_history ALTER n TYPE bigint USING n + 0",
            "BEGIN; LOCK TABLE cache_history; ALTER TABLE cache_history RENAME TO before;"
                    + " CREATE TABLE cache_history AS SELECT * FROM before; GRANT ALL ON cache_history TO PUBLIC;"
                    + " DROP TABLE before; COMMIT");

    private final PostgresFixture postgres;
    private final AtomicLongArray begun = new AtomicLongArray(COUNTERS);

    CacheHistoryTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    private String increment(int counter, Random random) {
        begun.incrementAndGet(counter);
        String update = "UPDATE cache_history SET n = n + 1 WHERE id = " + counter;
        return switch (random.nextInt(4)) {
            case 0 -> update + " RETURNING n";
            case 1 -> "WITH changed AS (" + update + " RETURNING n) SELECT n FROM changed";
            case 2 ->
                "BEGIN; SAVEPOINT a; " + update + "; RELEASE a; SELECT n FROM cache_history WHERE id = " + counter
                        + "; COMMIT";
            default -> "SELECT count_up(" + counter + ")";
        };
    }

    private int session(TestGateway gateway, int seed) throws Exception {
        Random random = new Random(seed);
        long[] own = new long[COUNTERS];
        int reads = 0;
        try (RawClient client = RawClient.login(gateway.port())) {
            for (int round = 0; round < ROUNDS; round++) {
                int counter = random.nextInt(COUNTERS);
                if (random.nextInt(8) == 0) {
                    own[counter] = Long.parseLong(client.value(increment(counter, random)));
                } else {
                    long found = Long.parseLong(client.value(READ + counter));
                    assertThat(found).isBetween(own[counter], begun.get(counter));
                    reads++;
                }
            }
        }
        return reads;
    }

    private int beside(int seed) throws Exception {
        Random random = new Random(seed);
        try (Connection connection = postgres.first().admin();
                Statement statement = connection.createStatement()) {
            for (int round = 0; round < ROUNDS / 8; round++) {
                statement.execute(increment(random.nextInt(COUNTERS), random));
                if (round % 6 == 0) {
                    statement.execute(ELSEWHERE.get(random.nextInt(ELSEWHERE.size())));
                }
            }
        }
        return 0;
    }

    private static void warm(TestGateway gateway) throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            CachedTables.eventually().until(() -> {
                client.value(READ + 0);
                return gateway.cache().statistics().hits() > 0;
            });
        }
    }

    @Test
    void nobodyFindsLessThanItHasWrittenAndAllFindTheSameInTheEnd() throws Exception {
        postgres.first()
                .sql("CREATE TABLE cache_history (id int PRIMARY KEY, n bigint);"
                        + " GRANT ALL ON cache_history TO PUBLIC;"
                        + " INSERT INTO cache_history SELECT i, 0 FROM generate_series(0, " + (COUNTERS - 1) + ") i;"
                        + " CREATE FUNCTION count_up(which int) RETURNS bigint LANGUAGE sql AS"
                        + " 'UPDATE cache_history SET n = n + 1 WHERE id = which RETURNING n'");
        TestGateway.Settings settings = TestGateway.Settings.usual().loops(2);
        try (TestGateway gateway = TestGateway.caching(postgres, settings, CacheSettings.USUAL);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            warm(gateway);
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int index = 0; index < SESSIONS; index++) {
                int seed = index;
                tasks.add(() -> session(gateway, seed));
            }
            tasks.add(() -> beside(100));
            for (Future<Integer> task : threads.invokeAll(tasks)) {
                assertThat(task.get()).isNotNegative();
            }
            try (RawClient client = RawClient.login(gateway.port())) {
                for (int counter = 0; counter < COUNTERS; counter++) {
                    String expected = "" + begun.get(counter);
                    String sql = READ + counter;
                    CachedTables.eventually().until(() -> {
                        long before = gateway.cache().statistics().hits();
                        String found = client.value(sql);
                        return gateway.cache().statistics().hits() > before && found.equals(expected);
                    });
                }
            }
            assertThat(gateway.cache().statistics().hits()).isGreaterThan(COUNTERS);
            assertThat(gateway.cache().statistics().outdated()).isPositive();
        }
    }
}
