package io.howdah.postgres.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.postgres.process.TestNode;
import io.howdah.postgres.scram.ScramVerifier;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.TransactionStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Against a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresClientRealTest {
    private TestNode node = TestNode.empty();

    @BeforeAll
    void start() {
        node = TestNode.primary();
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void queriesWithAndWithoutParameters() {
        PostgresClient client = node.client();
        Row row = client.query("SELECT 1 AS one, NULL AS nothing, 'ä' AS letter; SELECT 2 AS two")
                .getFirst();
        assertThat(row.integer("two")).isEqualTo(2);
        Row second = client.query(
                        "SELECT $1::int + 1 AS sum, $2::text AS given, $3::text AS none",
                        List.of(Optional.of("41"), Optional.of("it's"), Optional.empty()))
                .getFirst();
        assertThat(second.integer("sum")).isEqualTo(42);
        assertThat(second.text("given")).isEqualTo("it's");
        assertThat(second.find("none")).isEmpty();
        assertThat(client.execute("CREATE TEMP TABLE x (i int)")).isEqualTo("CREATE TABLE");
        assertThat(client.parameters()).containsEntry("in_hot_standby", "off");
        assertThat(client.backendProcessId()).isPositive();
    }

    @Test
    void errorsLeaveTheConnectionUsable() {
        PostgresClient client = node.client();
        assertThatThrownBy(() -> client.query("SELECT 1 / 0"))
                .isInstanceOfSatisfying(
                        PostgresException.class, e -> assertThat(e.sqlState()).isEqualTo("22012"));
        assertThatThrownBy(() -> client.query("SELECT $1::int", List.of(Optional.of("x"))))
                .isInstanceOf(PostgresException.class);
        assertThatThrownBy(() -> client.query("COPY pg_temp.none FROM STDIN")).isInstanceOf(PostgresException.class);
        client.execute("BEGIN");
        assertThat(client.transactionStatus()).isEqualTo(TransactionStatus.IN_TRANSACTION);
        client.execute("ROLLBACK");
        assertThat(client.isBroken()).isFalse();
    }

    @Test
    void copyIntoTheServerIsDeclined() {
        PostgresClient client = node.client();
        client.execute("CREATE TEMP TABLE copied (i int)");
        assertThatThrownBy(() -> client.execute("COPY copied FROM STDIN"))
                .isInstanceOfSatisfying(
                        PostgresException.class, e -> assertThat(e.sqlState()).isEqualTo("57014"));
        assertThat(client.isBroken()).isFalse();
    }

    @Test
    void noticesReachTheListener() {
        List<ErrorFields> notices = new ArrayList<>();
        try (PostgresClient client = PostgresClient.connect(node.options().withNoticeListener(notices::add))) {
            client.execute("DO $$ BEGIN RAISE NOTICE 'hello'; END $$");
        }
        assertThat(notices)
                .singleElement()
                .satisfies(notice -> assertThat(notice.message()).isEqualTo("hello"));
    }

    @Test
    void wrongPasswordsAreRefused() {
        ConnectOptions wrong =
                ConnectOptions.of(node.options().endpoint(), "postgres", "postgres", new Credential.Password("wrong"));
        assertThatThrownBy(() -> PostgresClient.connect(wrong))
                .isInstanceOfSatisfying(
                        PostgresException.class, e -> assertThat(e.sqlState()).isEqualTo("28P01"));
    }

    @Test
    void logsInWithKeysRecoveredFromTheStoredVerifier() {
        ScramVerifier verifier = ScramVerifier.derive("sesame", new SecureRandom());
        node.client().execute("CREATE ROLE keys LOGIN PASSWORD '" + verifier.toStored() + "'");
        Credential keys = new Credential.Keys(ScramVerifier.keys("sesame", verifier.salt(), verifier.iterations()));
        for (Credential credential : List.of(keys, new Credential.Password("sesame"))) {
            try (PostgresClient client = PostgresClient.connect(
                    ConnectOptions.of(node.options().endpoint(), "keys", "postgres", credential))) {
                assertThat(client.query("SELECT current_user AS who").getFirst().text("who"))
                        .isEqualTo("keys");
            }
        }
    }

    @Test
    void unixSocketsWorkAndTimeOut() {
        Endpoint.Unix socket = new Endpoint.Unix(
                node.directory(), node.configuration().settings().port());
        ConnectOptions options = ConnectOptions.of(
                        socket, "postgres", "postgres", new Credential.Password(TestNode.PASSWORD))
                .withSettings(Map.of("statement_timeout", "10s"))
                .withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(200));
        try (PostgresClient client = PostgresClient.connect(options)) {
            assertThat(client.query("SHOW statement_timeout").getFirst().text("statement_timeout"))
                    .isEqualTo("10s");
            assertThatThrownBy(() -> client.query("SELECT pg_sleep(20)"))
                    .isInstanceOfSatisfying(
                            PostgresConnectionException.class,
                            e -> assertThat(e.kind()).isEqualTo(PostgresConnectionException.Kind.TIMEOUT));
            assertThat(client.isBroken()).isTrue();
        }
    }

    @Test
    void anotherThreadCancels() {
        try (PostgresClient client = PostgresClient.connect(node.options())) {
            CompletableFuture<String> sleeping = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return client.execute("SELECT pg_sleep(30)");
                        } catch (PostgresException e) {
                            return e.sqlState();
                        }
                    },
                    Thread::startVirtualThread);
            await().until(() -> node.value(
                            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid = "
                                    + client.backendProcessId())
                    .equals("1"));
            client.cancel();
            assertThat(sleeping.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS)
                            .join())
                    .isEqualTo("57014");
            assertThat(client.query("SELECT 1 AS one")).hasSize(1);
        }
    }

    @Test
    void copiesOut() {
        ByteArrayOutputStream copied = new ByteArrayOutputStream();
        node.client()
                .copyOut(
                        "COPY (SELECT i FROM generate_series(1, 3) i) TO STDOUT",
                        (buffer, offset, length) -> copied.write(buffer, offset, length));
        assertThat(copied.toString(StandardCharsets.UTF_8)).isEqualTo("1\n2\n3\n");
    }

    @Test
    void aHandlerThatFailsClosesTheConnection() {
        try (PostgresClient client = PostgresClient.connect(node.options())) {
            assertThatThrownBy(() -> client.copyOut(
                            "COPY (SELECT i FROM generate_series(1, 100000) i) TO STDOUT", (buffer, offset, length) -> {
                                throw new IOException("disk full");
                            }))
                    .hasMessageContaining("disk full");
            assertThat(client.isBroken()).isTrue();
            assertThatThrownBy(() -> client.query("SELECT 1")).isInstanceOf(PostgresConnectionException.class);
        }
    }

    @Test
    void aTerminatedConnectionIsNoticedWhileNobodyAsks() {
        PostgresClient held = PostgresClient.connect(node.options());
        CompletableFuture<Optional<ErrorFields>> end =
                CompletableFuture.supplyAsync(held::awaitEnd, Thread::startVirtualThread);
        node.client().query("SELECT pg_terminate_backend(" + held.backendProcessId() + ")");
        assertThat(end.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join())
                .hasValueSatisfying(last -> assertThat(last.sqlState()).isEqualTo("57P01"));
        assertThat(held.isBroken()).isTrue();
    }
}
