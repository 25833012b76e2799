package io.howdah.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.kernel.model.Lsn;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresConnectionException;
import io.howdah.postgres.client.Row;
import io.howdah.postgres.process.TestNode;
import io.howdah.postgres.replication.ReplicationStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WalDecoderTest {
    private static final long SEGMENT_BYTES = 16 << 20;

    private final TestNode server = TestNode.primary(Map.of("max_prepared_transactions", "5", "fsync", "off"));

    @AfterAll
    void stop() {
        server.close();
    }

    /** What a log said, by committed transaction. */
    private static final class Ledger implements WalSink {
        private final Map<Integer, Set<RelationFile>> running = new java.util.HashMap<>();
        private final Set<RelationFile> committed = new HashSet<>();
        private final List<TransactionEnd> ends = new ArrayList<>();

        @Override
        public void changed(int transaction, int tablespace, int database, int number) {
            running.computeIfAbsent(transaction, _ -> new HashSet<>())
                    .add(new RelationFile(tablespace, database, number));
        }

        @Override
        public void changedUnknown(int transaction) {}

        @Override
        public void ended(TransactionEnd end) {
            ends.add(end);
            List<Integer> all = new ArrayList<>(end.subtransactions());
            all.add(end.transaction());
            for (int each : all) {
                Set<RelationFile> files = running.remove(each);
                if (files != null && end.committed()) {
                    committed.addAll(files);
                }
            }
        }

        boolean hasChanged(RelationFile file) {
            return committed.contains(file);
        }
    }

    private RelationFile file(PostgresClient sql, String table) {
        Row row = sql.query(
                        "select pg_relation_filenode('" + table + "') as number, d.oid as database, dattablespace as"
                                + " tablespace from pg_database d where datname = current_database()")
                .getFirst();
        return new RelationFile(row.integer("tablespace"), row.integer("database"), row.integer("number"));
    }

    private static Lsn end(PostgresClient sql) {
        return Lsn.parse(
                sql.query("select pg_current_wal_flush_lsn() as lsn").getFirst().text("lsn"));
    }

    /** The log between two positions. */
    private ByteBuf record(Lsn from, Lsn to) {
        ByteBuf log = Unpooled.buffer();
        PostgresClient client = PostgresClient.connect(server.options().withReplication());
        try (ReplicationStream stream =
                ReplicationStream.start(client, "START_REPLICATION PHYSICAL " + from, from, InstantSource.system())) {
            while (stream.received().isBefore(to)) {
                stream.receive((_, data) -> log.writeBytes(data), Duration.ofSeconds(5));
            }
        }
        return log;
    }

    private static Ledger decode(Lsn from, ByteBuf log, Random random) {
        Ledger ledger = new Ledger();
        WalDecoder decoder = new WalDecoder(from, SEGMENT_BYTES, ledger);
        ByteBuf rest = log.duplicate();
        while (rest.isReadable()) {
            int step = Math.min(rest.readableBytes(), 1 + random.nextInt(random.nextBoolean() ? 30 : 30_000));
            decoder.decode(decoder.position(), rest.readSlice(step));
        }
        return ledger;
    }

    @Test
    void saysWhichTablesCommittedTransactionsHaveChanged() {
        PostgresClient sql = server.connect();
        List<String> tables = List.of(
                "plain",
                "rolled_back",
                "half",
                "copied",
                "parent",
                "child",
                "prepared",
                "forgotten",
                "wide",
                "locked",
                "vacuumed");
        tables.forEach(table -> sql.execute("create table " + table + " (id int primary key, t text)"));
        sql.execute("alter table child add foreign key (id) references parent");
        sql.execute("insert into vacuumed select i from generate_series(1, 5000) i");
        sql.execute("insert into locked values (1)");
        sql.execute("insert into parent values (1)");
        Map<String, RelationFile> files = new java.util.HashMap<>();
        tables.forEach(table -> files.put(table, file(sql, table)));
        Lsn from = WalDecoder.pageStart(end(sql));
        // What was done before is on the same page.
        sql.execute("checkpoint");
        sql.execute("select pg_switch_wal()");
        Lsn begin = WalDecoder.pageStart(end(sql));
        sql.execute("insert into plain values (1)");
        sql.execute("begin; insert into rolled_back values (1); rollback");
        sql.execute("begin; savepoint a; insert into rolled_back values (2); rollback to a; savepoint b;"
                + " insert into half values (1); release b; commit");
        sql.execute("insert into copied select i, 'row ' || i from generate_series(1, 20000) i");
        sql.execute(
                "insert into wide values (1, (select string_agg(md5(i::text), '') from generate_series(1, 100000) i))");
        sql.execute("begin; insert into child values (1); commit");
        sql.execute("begin; select * from locked for update; commit");
        sql.execute("begin; insert into prepared values (1); prepare transaction 'one'");
        sql.execute("begin; insert into forgotten values (1); prepare transaction 'two'");
        sql.execute("commit prepared 'one'");
        sql.execute("rollback prepared 'two'");
        sql.execute("vacuum vacuumed");
        sql.execute("select pg_switch_wal()");
        sql.execute("update plain set t = 'after the switch'");
        Lsn to = end(sql);
        for (Lsn start : List.of(begin, from)) {
            ByteBuf log = record(start, to);
            Ledger ledger = decode(start, log, new Random(7));
            assertThat(tables.stream().filter(table -> ledger.hasChanged(files.getOrDefault(table, file(sql, table)))))
                    .contains("plain", "half", "copied", "child", "prepared", "wide")
                    .doesNotContain("rolled_back", "forgotten");
            if (start.equals(begin)) {
                assertThat(tables.stream()
                                .filter(table -> ledger.hasChanged(files.getOrDefault(table, file(sql, table)))))
                        .doesNotContain("parent", "locked", "vacuumed");
            }
        }
    }

    @Test
    void aStreamMayBeCutAnywhere() {
        PostgresClient sql = server.connect();
        Lsn from = WalDecoder.pageStart(end(sql));
        sql.execute("create table cut (id int primary key, t text)");
        for (int round = 0; round < 30; round++) {
            sql.execute("insert into cut select i, repeat('x', mod(i, 2000)) from generate_series(%d, %d) i"
                    .formatted(round * 200, round * 200 + 199));
        }
        ByteBuf log = record(from, end(sql));
        List<TransactionEnd> whole = decode(from, log, new Random(1)).ends;
        assertThat(whole).hasSizeGreaterThan(30);
        for (int seed = 2; seed < 12; seed++) {
            assertThat(decode(from, log, new Random(seed)).ends).isEqualTo(whole);
        }
    }

    @Test
    void damageIsNoticedOrHarmless() {
        PostgresClient sql = server.connect();
        Lsn from = WalDecoder.pageStart(end(sql));
        sql.execute("create table damaged (id int primary key)");
        sql.execute("insert into damaged select generate_series(1, 3000)");
        ByteBuf log = record(from, end(sql));
        Random random = new Random(3);
        int noticed = 0;
        for (int round = 0; round < 3000; round++) {
            ByteBuf copy = log.copy();
            for (int hits = random.nextInt(4); hits >= 0; hits--) {
                copy.setByte(random.nextInt(copy.readableBytes()), random.nextInt());
            }
            try {
                var _ = decode(from, copy, random);
            } catch (WalFormatException e) {
                noticed++;
            }
        }
        assertThat(noticed).isPositive();
    }

    @Test
    void anEndedStreamIsAnError() {
        PostgresClient client = PostgresClient.connect(server.options().withReplication());
        Lsn from = WalDecoder.pageStart(end(server.connect()));
        try (ReplicationStream stream =
                ReplicationStream.start(client, "START_REPLICATION PHYSICAL " + from, from, InstantSource.system())) {
            server.connect().query("select pg_terminate_backend(pid) from pg_stat_replication");
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> {
                        while (true) {
                            var _ = stream.receive((_, _) -> {}, Duration.ofSeconds(5));
                        }
                    }))
                    .isInstanceOfAny(
                            PostgresConnectionException.class, io.howdah.postgres.client.PostgresException.class);
        }
    }
}
