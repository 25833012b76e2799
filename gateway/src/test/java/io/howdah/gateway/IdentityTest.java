package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.pool.PoolRules;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Through the gateway a client gets byte for byte what it gets from the server. */
@ExtendWith(WithPostgres.class)
final class IdentityTest {
    private static final int SEEDS = 60;
    private static final int ROUNDS = 8;
    /** Where the messages are in the repertoire that make or copy something. */
    private static final int FIRST_KEEPING = 16;

    private static final int FIRST_EXTENDED = 35;
    private static final int FIRST_SYNC = 55;
    /** Where LISTEN and NOTIFY are in the repertoire. */
    private static final int LISTENS = 24;

    private static final Pattern REFUSED_IN_AN_ABORTED_TRANSACTION = Pattern.compile("(\0C25P02\0[^\n]*)\0F[^\n]*");

    private final PostgresFixture postgres;

    IdentityTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    private static Consumer<ByteBuf> query(String sql) {
        return out -> FrontendMessages.query(out, sql);
    }

    private static Consumer<ByteBuf> copyData(String data) {
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
        return out -> out.writeByte('d').writeInt(4 + bytes.length).writeBytes(bytes);
    }

    private static void copyDone(ByteBuf out) {
        out.writeByte('c').writeInt(4);
    }

    /** In one step, because a server gives up a connection that sends anything else in between. */
    private static Consumer<ByteBuf> copyIn(Consumer<ByteBuf> start, Consumer<ByteBuf> end) {
        return start.andThen(copyData("7\tseven\n"))
                .andThen(FrontendMessages::flush)
                .andThen(end);
    }

    private static void executeCopy(ByteBuf out) {
        FrontendMessages.parse(out, "", "COPY mine FROM STDIN");
        FrontendMessages.bind(out, "", "", List.of());
        FrontendMessages.execute(out, "");
    }

    /** As libpq does it: the Sync before the data is ignored by the server. */
    private static void executeCopyWithSync(ByteBuf out) {
        executeCopy(out);
        FrontendMessages.sync(out);
    }

    private static Consumer<ByteBuf> execute(String portal, int rows) {
        return out -> {
            out.writeByte('E').writeInt(9 + portal.length());
            out.writeCharSequence(portal, StandardCharsets.UTF_8);
            out.writeByte(0).writeInt(rows);
        };
    }

    /**
     * Never an Execute of the unnamed portal alone: when a simple query has failed in a transaction, PostgreSQL 15 takes what is left of it
     * for that portal, reads memory that it has freed, and may take all its sessions with it.
     */
    private static Consumer<ByteBuf> executeNumbers(int rows) {
        Consumer<ByteBuf> bound = out -> {
            FrontendMessages.parse(out, "", "SELECT id FROM numbers WHERE id < $1::int");
            FrontendMessages.bind(out, "", "", List.of(Optional.of("17")));
        };
        return bound.andThen(execute("", rows));
    }

    /** A function call of the deprecated kind: abs(int4) has oid 1397. */
    private static void functionCall(ByteBuf out) {
        out.writeByte('F').writeInt(4 + 4 + 2 + 2 + 2 + 4 + 4 + 2);
        out.writeInt(1397)
                .writeShort(1)
                .writeShort(1)
                .writeShort(1)
                .writeInt(4)
                .writeInt(-7)
                .writeShort(1);
    }

    private static final List<Consumer<ByteBuf>> REPERTOIRE = List.of(
            query("SELECT 1"),
            query("SELECT id, words FROM numbers WHERE id < 50 ORDER BY id"),
            query("SELECT 1; SELECT 2; SELECT 1/0; SELECT 3"),
            query(""),
            query(" ; "),
            query("-- nothing"),
            query("SELECT 'a;b', $$x;y$$, E'it\\'s;'"),
            query("BEGIN"),
            query("COMMIT"),
            query("ROLLBACK"),
            query("SAVEPOINT s"),
            query("ROLLBACK TO s"),
            query("SELECT nonsense"),
            query("SET work_mem = '2MB'"),
            query("RESET ALL"),
            query("SET application_name = 'other'"),
            query("CREATE TEMP TABLE IF NOT EXISTS mine (id int, words text)"),
            query("INSERT INTO mine SELECT 1, 'one'"),
            query("DO $$ BEGIN RAISE NOTICE 'hello'; END $$"),
            query("COPY (SELECT * FROM numbers WHERE id < 20) TO STDOUT"),
            copyIn(query("COPY mine FROM STDIN"), IdentityTest::copyDone),
            copyIn(query("COPY mine FROM STDIN"), out -> FrontendMessages.copyFail(out, "no more")),
            copyIn(IdentityTest::executeCopy, IdentityTest::copyDone),
            copyIn(IdentityTest::executeCopyWithSync, IdentityTest::copyDone),
            query("LISTEN here"),
            query("NOTIFY here, 'payload'"),
            query("PREPARE q AS SELECT 1"),
            query("EXECUTE q"),
            query("DEALLOCATE ALL"),
            query("DECLARE c CURSOR WITH HOLD FOR SELECT 1"),
            query("FETCH c"),
            copyData("1\tfirst\n2\tsecond\n"),
            copyData("broken\n"),
            IdentityTest::copyDone,
            out -> FrontendMessages.copyFail(out, "enough"),
            out -> FrontendMessages.parse(out, "", "SELECT id FROM numbers WHERE id < $1::int"),
            out -> FrontendMessages.parse(out, "named", "SELECT words FROM numbers WHERE id = $1::int"),
            out -> FrontendMessages.parse(out, "", "INSERT INTO mine VALUES (2, 'two')"),
            out -> FrontendMessages.parse(out, "", "SELECT bad syntax FROM WHERE"),
            out -> FrontendMessages.parse(out, "", "BEGIN"),
            out -> FrontendMessages.parse(out, "", "ROLLBACK"),
            out -> FrontendMessages.parse(out, "", ""),
            out -> FrontendMessages.bind(out, "", "", List.of(Optional.of("17"))),
            out -> FrontendMessages.bind(out, "", "", List.of()),
            out -> FrontendMessages.bind(out, "", "named", List.of(Optional.of("3"))),
            out -> FrontendMessages.bind(out, "portal", "", List.of(Optional.of("40"))),
            out -> FrontendMessages.describe(out, FrontendMessages.STATEMENT, ""),
            out -> FrontendMessages.describe(out, FrontendMessages.STATEMENT, "named"),
            out -> FrontendMessages.describe(out, FrontendMessages.PORTAL, ""),
            executeNumbers(0),
            executeNumbers(3),
            execute("portal", 5),
            out -> FrontendMessages.close(out, FrontendMessages.STATEMENT, "named"),
            out -> FrontendMessages.close(out, FrontendMessages.PORTAL, "portal"),
            FrontendMessages::flush,
            FrontendMessages::sync,
            FrontendMessages::sync,
            FrontendMessages::sync,
            IdentityTest::functionCall);

    @Test
    void everyMessageAloneGetsTheSameAnswer() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres)) {
            for (int index = 0; index < REPERTOIRE.size(); index++) {
                compare(gateway, "message " + index, List.of(REPERTOIRE.get(index)), new Random(index));
            }
        }
    }

    @Test
    void randomConversationsGetTheSameAnswers() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres)) {
            for (long seed = 1; seed <= SEEDS; seed++) {
                Random random = new Random(seed);
                List<Consumer<ByteBuf>> script = new ArrayList<>();
                int length = 5 + random.nextInt(60);
                for (int step = 0; step < length; step++) {
                    script.add(REPERTOIRE.get(random.nextInt(REPERTOIRE.size())));
                }
                compare(gateway, "seed " + seed, script, random);
            }
            assertThat(gateway.counters().protocolViolations()).isZero();
        }
    }

    /** What comes from a replica, and what a replica refuses and the primary does, looks as if there were one server. */
    @Test
    void conversationsOnThePortThatReadsFromReplicasGetTheSameAnswers() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres)) {
            gateway.routes.replicas(postgres.standby().backend());
            try (RawClient first = RawClient.login(gateway.port(PortRole.AUTO))) {
                org.awaitility.Awaitility.await()
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> {
                            first.query("SELECT 1");
                            return gateway.counters().replicaReads() > 0;
                        });
            }
            for (long seed = 5_001; seed <= 5_000 + SEEDS; seed++) {
                List<byte[]> requests = requests(new Random(seed));
                try (RawClient direct = RawClient.login(postgres.first().port());
                        RawClient through = RawClient.login(gateway.port(PortRole.AUTO))) {
                    for (byte[] request : requests) {
                        assertThat(answer(through, request)).as("seed " + seed).isEqualTo(answer(direct, request));
                    }
                }
            }
            assertThat(gateway.counters().replicaReads()).isGreaterThan(100);
            assertThat(gateway.counters().protocolViolations()).isZero();
        }
    }

    /** Requests that end with one ReadyForQuery each, and that keep nobody on a server. */
    private static List<byte[]> requests(Random random) {
        List<byte[]> requests = new ArrayList<>();
        requests.add(RawClient.bytes(query("SET howdah.consistency = eventual")));
        for (int request = 5 + random.nextInt(30); request > 0; request--) {
            if (random.nextBoolean()) {
                requests.add(RawClient.bytes(REPERTOIRE.get(random.nextInt(FIRST_KEEPING))));
                continue;
            }
            int messages = 1 + random.nextInt(7);
            requests.add(RawClient.bytes(out -> {
                FrontendMessages.parse(out, "", "SELECT id FROM numbers WHERE id < $1::int");
                for (int message = 0; message < messages; message++) {
                    REPERTOIRE
                            .get(FIRST_EXTENDED + random.nextInt(FIRST_SYNC - FIRST_EXTENDED))
                            .accept(out);
                }
                FrontendMessages.sync(out);
            }));
        }
        return requests;
    }

    private static String answer(RawClient client, byte[] request) throws IOException {
        client.send(request);
        StringBuilder text = new StringBuilder();
        client.receiveReady(1).forEach(message -> text.append(message.text()).append('\n'));
        return text.toString();
    }

    /** Each client gets what it would get alone on a connection of its own, whoever used its connections in between. */
    @Test
    void manyClientsWithFewConnectionsGetTheSameAnswers() throws Exception {
        int clients = 8;
        TestGateway.Settings settings = TestGateway.Settings.usual().pooling(PoolRules.USUAL.size(0, 2));
        try (TestGateway gateway = TestGateway.before(postgres, settings);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (long round = 0; round < ROUNDS; round++) {
                List<Future<String>> all = new ArrayList<>();
                for (int client = 0; client < clients; client++) {
                    long seed = 1_000 + round * clients + client;
                    all.add(threads.submit(() -> compareOne(gateway, seed)));
                }
                for (Future<String> each : all) {
                    each.get();
                }
            }
            assertThat(gateway.counters().waits()).isPositive();
        }
    }

    /**
     * Without the line of PostgreSQL's source that says that a transaction is aborted: a statement that this connection does not know yet
     * is prepared first, and is then refused as a Parse, not as the Describe or Bind that the client sent.
     */
    private static String wherever(String answers) {
        return REFUSED_IN_AN_ABORTED_TRANSACTION.matcher(answers).replaceAll("$1");
    }

    private String compareOne(TestGateway gateway, long seed) throws Exception {
        Random random = new Random(seed);
        List<Consumer<ByteBuf>> script = new ArrayList<>();
        for (int step = 5 + random.nextInt(60); step > 0; step--) {
            int index = random.nextInt(REPERTOIRE.size());
            // What one client notifies another must not hear: that differs from being alone.
            boolean notifies = index == LISTENS || index == LISTENS + 1;
            script.add(REPERTOIRE.get(notifies ? 0 : index));
        }
        script.add(out -> FrontendMessages.copyFail(out, "end"));
        script.add(FrontendMessages::sync);
        script.add(query("ROLLBACK"));
        script.add(query("SELECT 'the end'"));
        byte[] bytes = RawClient.bytes(out -> script.forEach(step -> step.accept(out)));
        String direct = answers(postgres.first().port(), bytes, new Random(0), false);
        try (RawClient client = RawClient.login(gateway.port())) {
            String through = answers(client, bytes, random, true);
            assertThat(wherever(through)).as("seed " + seed).isEqualTo(wherever(direct));
            return through;
        }
    }

    /** Nothing of a conversation may be left over in the gateway's books: a session at rest can be drained and moved. */
    private void compare(TestGateway gateway, String what, List<Consumer<ByteBuf>> script, Random random)
            throws Exception {
        List<Consumer<ByteBuf>> whole = new ArrayList<>(script);
        // Whatever state the script has led to, this leads out of it.
        whole.add(out -> FrontendMessages.copyFail(out, "end"));
        whole.add(FrontendMessages::sync);
        whole.add(query("ROLLBACK"));
        whole.add(query("SELECT 'the end'"));
        byte[] bytes = RawClient.bytes(out -> whole.forEach(step -> step.accept(out)));
        String direct = answers(postgres.first().port(), bytes, new Random(0), false);
        try (RawClient client = RawClient.login(gateway.port())) {
            String through;
            try {
                through = answers(client, bytes, random, true);
            } catch (IOException e) {
                throw new AssertionError(
                        what + " does not end " + e.getMessage() + "; directly it answers " + direct, e);
            }
            assertThat(through).as(what).isEqualTo(direct);
            gateway.routes.drain(what);
            org.awaitility.Awaitility.await()
                    .pollInterval(Duration.ofMillis(1))
                    .alias(what + " leaves nothing in flight")
                    .until(() -> gateway.routes.drained().contains(what));
            gateway.routes.undrain();
        }
    }

    private static String answers(int port, byte[] bytes, Random random, boolean fragments) throws IOException {
        try (RawClient client = RawClient.login(port)) {
            return answers(client, bytes, random, fragments);
        }
    }

    private static String answers(RawClient client, byte[] bytes, Random random, boolean fragments) throws IOException {
        int position = 0;
        while (position < bytes.length) {
            int step = fragments ? 1 + random.nextInt(random.nextBoolean() ? 7 : 500) : bytes.length;
            int end = Math.min(bytes.length, position + step);
            byte[] part = java.util.Arrays.copyOfRange(bytes, position, end);
            client.send(part);
            position = end;
        }
        StringBuilder all = new StringBuilder();
        boolean last = false;
        while (true) {
            RawClient.Message message;
            try {
                message = client.receive();
            } catch (IOException e) {
                throw new IOException("after " + all, e);
            }
            String text = message.text();
            if (message.type() == 'A') {
                // The process id of the notifying session differs between any two sessions.
                text = "A:" + text.substring(6);
            }
            all.append(text).append('\n');
            last |= message.type() == 'D' && text.endsWith("the end");
            if (last && message.type() == 'Z') {
                return all.toString();
            }
        }
    }
}
