package io.howdah.gateway.cache;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.service.ServiceConnector;
import io.howdah.kernel.model.Lsn;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.Row;
import io.howdah.postgres.replication.ReplicationStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The connections to the primary by which its log is followed: as a standby would, without a slot, and by ordinary questions. Blocks; throws
 * unchecked exceptions.
 */
public final class LogSource {
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration CATALOG_TIMEOUT = Duration.ofSeconds(10);
    private static final int PAGE_BYTES = 8192;

    private static final String SETTINGS = """
            select pg_catalog.pg_is_in_recovery() as standby,
                   (select setting from pg_catalog.pg_settings where name = 'wal_segment_size') as segment,
                   (select setting from pg_catalog.pg_settings where name = 'wal_block_size') as page""";

    private static final String POSITIONS = """
            select pg_catalog.pg_current_wal_flush_lsn() as flushed, pg_catalog.pg_current_wal_insert_lsn() as written,
                   pg_catalog.pg_current_snapshot() as snapshot, pg_catalog.pg_conf_load_time() as configured""";

    private final ServiceConnector service;
    private final ServiceConnector replication;
    private final String database;
    private final InstantSource clock;

    /**
     * @param service as whom to ask; it must be allowed to connect to the databases
     * @param replication as whom to stream the log
     * @param database that {@code service} may connect to in any case
     */
    public LogSource(ServiceConnector service, ServiceConnector replication, String database, InstantSource clock) {
        this.service = service;
        this.replication = replication;
        this.database = database;
        this.clock = clock;
    }

    /** What a server says of itself. */
    record Layout(boolean standby, long segmentBytes, int pageBytes) {
        boolean isReadable() {
            return !standby && pageBytes == PAGE_BYTES && segmentBytes > 0;
        }
    }

    /**
     * Where a server was when it was asked.
     *
     * @param flushed commits that wait for the disk were acknowledged below it
     * @param written all commits were
     * @param configured when it last read its configuration
     */
    record Position(Lsn flushed, Lsn written, Snapshot snapshot, String configured) {}

    PostgresClient control(Backend place) {
        return service.open(place, database, READ_TIMEOUT);
    }

    static Layout layout(PostgresClient control) {
        Row row = control.query(SETTINGS).getFirst();
        return new Layout(row.flag("standby"), row.number("segment"), row.integer("page"));
    }

    static Position position(PostgresClient control) {
        Row row = control.query(POSITIONS).getFirst();
        return new Position(
                Lsn.parse(row.text("flushed")),
                Lsn.parse(row.text("written")),
                Snapshot.parse(row.text("snapshot")),
                row.text("configured"));
    }

    /** The object id of a database; empty when there is none of that name. */
    static Optional<Integer> databaseId(PostgresClient control, String name) {
        List<Row> rows =
                control.query("select oid from pg_catalog.pg_database where datname = $1", List.of(Optional.of(name)));
        return rows.stream()
                .map(row -> Integer.parseUnsignedInt(row.text("oid")))
                .findFirst();
    }

    ReplicationStream stream(Backend place, Lsn from) {
        return ReplicationStream.start(
                replication.openForReplication(place, READ_TIMEOUT), "START_REPLICATION PHYSICAL " + from, from, clock);
    }

    Catalog catalog(Backend place, String ofDatabase) {
        try (PostgresClient client = service.open(place, ofDatabase, CATALOG_TIMEOUT)) {
            // One snapshot for all questions.
            client.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            return CatalogReader.read(client::query);
        }
    }
}
