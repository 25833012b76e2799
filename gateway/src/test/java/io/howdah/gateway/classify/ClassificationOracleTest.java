package io.howdah.gateway.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.Endpoint;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server is the judge: what is called a read gives the same answer on a real standby, and is never refused there as a write. */
@ExtendWith(WithPostgres.class)
final class ClassificationOracleTest {
    private static final String DATABASE = "classification";

    private final PostgresFixture postgres;
    private final StatementClassifier classifier = new StatementClassifier();

    ClassificationOracleTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    private record Sample(boolean read, String sql) {}

    @Test
    void whatIsCalledAReadIsOneOnAStandby() throws Exception {
        postgres.first().sql("CREATE DATABASE " + DATABASE);
        try (PostgresClient primary = client(postgres.first())) {
            primary.execute(resource("schema.sql"));
            String end = primary.query("SELECT pg_current_wal_insert_lsn() AS lsn")
                    .getFirst()
                    .text("lsn");
            await().pollInterval(Duration.ofMillis(5))
                    .until(() -> postgres.standby()
                                    .count("SELECT CASE WHEN pg_last_wal_replay_lsn() >= '" + end
                                            + "' THEN 1 ELSE 0 END")
                            == 1);
            NameTable names = CatalogNames.read(primary::query);
            assertThat(names.isComplete()).isTrue();
            List<String> wrong = new ArrayList<>();
            try (PostgresClient standby = client(postgres.standby())) {
                for (Sample sample : samples()) {
                    byte[] text = sample.sql.getBytes(StandardCharsets.UTF_8);
                    Judgment judgment = classifier.classify(text, 0, text.length, names, true);
                    if ((judgment.access() == Access.READ) != sample.read) {
                        wrong.add(judgment.reason() + ": " + sample.sql);
                    }
                    if (judgment.access() == Access.READ) {
                        String there = outcome(standby, sample.sql);
                        if (!there.equals(outcome(primary, sample.sql))) {
                            wrong.add("on the standby " + there + ": " + sample.sql);
                        }
                    }
                }
            }
            assertThat(wrong).isEmpty();
        } finally {
            postgres.first().sql("DROP DATABASE " + DATABASE + " WITH (FORCE)");
        }
    }

    /** Rows, or the SQLSTATE of the error. */
    private static String outcome(PostgresClient client, String sql) {
        try {
            if (sql.startsWith("COPY")) {
                StringBuilder copied = new StringBuilder();
                client.copyOut(
                        sql,
                        (buffer, offset, length) ->
                                copied.append(new String(buffer, offset, length, StandardCharsets.UTF_8)));
                return copied.toString();
            }
            return client.query(sql).toString();
        } catch (PostgresException e) {
            return e.fields().sqlState();
        }
    }

    private static List<Sample> samples() throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (String line : resource("statements.sql").lines().toList()) {
            samples.add(new Sample(line.startsWith("R "), line.substring(2)));
        }
        return samples;
    }

    private static PostgresClient client(PostgresFixture.Server server) {
        return PostgresClient.connect(ConnectOptions.of(
                new Endpoint.Tcp("127.0.0.1", server.port()), "postgres", DATABASE, new Credential.None()));
    }

    private static String resource(String name) throws IOException {
        try (var in = Objects.requireNonNull(ClassificationOracleTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
