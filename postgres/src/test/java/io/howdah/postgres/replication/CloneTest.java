package io.howdah.postgres.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.ReplicationHandler;
import io.howdah.postgres.client.Row;
import io.howdah.postgres.process.DataDirectory;
import io.howdah.postgres.process.DataState;
import io.howdah.postgres.process.TestNode;
import io.howdah.postgres.process.UnprivilegedUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CloneTest {
    private TestNode leader = TestNode.empty();

    @BeforeAll
    void start() {
        leader = TestNode.primary();
        leader.client().execute("CREATE TABLE t AS SELECT i, md5(i::text) FROM generate_series(1, 50000) i");
    }

    @AfterAll
    void stop() {
        leader.close();
    }

    @Test
    void aCloneStreamsAndKnowsWhereItStands() {
        try (TestNode follower = TestNode.empty()) {
            List<Long> done = new ArrayList<>();
            BaseBackup.Result result = new BaseBackup(leader.options(), TestNode.user())
                    .cloneInto(follower.data().path(), (bytesDone, bytesTotal) -> {
                        assertThat(bytesTotal).isGreaterThanOrEqualTo(bytesDone);
                        done.add(bytesDone);
                    });
            assertThat(result.systemIdentifier())
                    .isEqualTo(leader.data().readControl().systemIdentifier());
            assertThat(result.timeline()).isEqualTo(new TimelineId(2));
            assertThat(result.end()).isGreaterThan(result.start());
            assertThat(result.bytes()).isGreaterThan(20_000_000);
            assertThat(done).isSorted().isNotEmpty();
            assertThat(follower.data().path().resolve(DataDirectory.INCOMPLETE_MARKER))
                    .doesNotExist();

            // It is consistent by itself, without any connection.
            follower.start();
            assertThat(follower.value("SELECT count(*) FROM t")).isEqualTo("50000");
            assertThat(follower.control().position(TestNode.TIMEOUT).lsn()).isGreaterThanOrEqualTo(result.end());

            follower.follow(leader, "node2.t1");
            leader.client().execute("CREATE TABLE after AS SELECT 1 AS i");
            await().until(() ->
                    follower.value("SELECT to_regclass('after') IS NOT NULL").equals("t"));
            await().until(() -> leader.control().flushPositions().containsKey("node2.t1"));
        }
    }

    @Test
    void aDirectoryWithSomethingInItIsNotTouched() throws IOException {
        try (TestNode node = TestNode.empty()) {
            Files.createDirectories(node.data().path());
            Files.createFile(node.data().path().resolve("mine"));
            assertThatThrownBy(() -> node.cloneFrom(leader)).hasMessageContaining("not empty");
            assertThat(node.data().path().toFile().list()).containsExactly("mine");
        }
    }

    /** Changes what arrives before it is looked at. */
    private record Meddler(ReplicationHandler next, int atMessage, AtomicInteger seen, boolean fail)
            implements ReplicationHandler {
        @Override
        public void row(Row row) {
            next.row(row);
        }

        @Override
        public void copyStart() throws IOException {
            next.copyStart();
        }

        @Override
        public void copyData(byte[] buffer, int offset, int length) throws IOException {
            if (seen.getAndIncrement() == atMessage) {
                if (fail) {
                    throw new IOException("No space left on device");
                }
                buffer[offset + length - 1] ^= 1;
            }
            next.copyData(buffer, offset, length);
        }

        @Override
        public void copyDone() throws IOException {
            next.copyDone();
        }
    }

    private void assertFails(UnaryOperator<ReplicationHandler> wire, String message) {
        try (TestNode node = TestNode.empty()) {
            BaseBackup backup = new BaseBackup(leader.options(), TestNode.user(), wire);
            assertThatThrownBy(() -> backup.cloneInto(node.data().path(), (done, total) -> {}))
                    .isInstanceOf(BackupException.class)
                    .hasMessageFindingMatch(message);
            assertThat(node.data().state()).isInstanceOf(DataState.HalfMade.class);
            node.data().delete();
            assertThat(node.data().state()).isInstanceOf(DataState.Empty.class);
        }
    }

    @Test
    void aFullDiskLeavesAMarkedDirectory() {
        assertFails(handler -> new Meddler(handler, 100, new AtomicInteger(), true), "No space left");
    }

    @Test
    void aFlippedBitIsDetected() {
        // The 100th message lies within the relation files, whose content nothing but the manifest protects; its last
        // byte is that of a file or, in some versions, of a header.
        assertFails(
                handler -> new Meddler(handler, 100, new AtomicInteger(), false),
                "differs from the backup manifest|header of the archive is damaged");
    }

    @Test
    void aLostConnectionLeavesAMarkedDirectory() {
        assertFails(
                handler -> new ReplicationHandler() {
                    @Override
                    public void row(Row row) {
                        handler.row(row);
                    }

                    @Override
                    public void copyStart() throws IOException {
                        handler.copyStart();
                    }

                    @Override
                    public void copyData(byte[] buffer, int offset, int length) throws IOException {
                        leader.client()
                                .query(
                                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'howdah-clone'");
                        handler.copyData(buffer, offset, length);
                    }
                },
                "failed");
    }

    @Test
    void tablespacesAreRefusedInWords() throws IOException {
        Path location = Files.createTempDirectory("howdah-tablespace-");
        TestNode.user().own(location);
        leader.client().execute("CREATE TABLESPACE elsewhere LOCATION '" + location + "'");
        try {
            assertFails(UnaryOperator.identity(), location + ".*not supported yet");
        } finally {
            leader.client().execute("DROP TABLESPACE elsewhere");
            new DataDirectory(location, UnprivilegedUser.current()).delete();
        }
    }

    @Test
    void theRoleNeedsThePrivilege() {
        leader.client().execute("CREATE ROLE plain LOGIN PASSWORD 'plain'");
        try (TestNode node = TestNode.empty()) {
            assertThatThrownBy(() -> new BaseBackup(
                                    io.howdah.postgres.client.ConnectOptions.of(
                                            leader.configuration().endpoint(),
                                            "plain",
                                            "postgres",
                                            new io.howdah.postgres.client.Credential.Password("plain")),
                                    TestNode.user())
                            .cloneInto(node.data().path(), (done, total) -> {}))
                    .isInstanceOf(BackupException.class);
        }
    }

    @Test
    void bothSyntaxesAreKnown() {
        assertThat(BaseBackup.command(14)).startsWith("BASE_BACKUP LABEL");
        assertThat(BaseBackup.command(15)).startsWith("BASE_BACKUP (");
    }

    @Test
    void aManifestThatWasChangedIsRefused() throws IOException {
        String line =
                "{ \"PostgreSQL-Backup-Manifest-Version\": 1,\n\"Files\": [\n{ \"Path\": \"PG_VERSION\", \"Size\": 3,"
                        + " \"Last-Modified\": \"2026-11-21 00:00:00 GMT\", \"Checksum-Algorithm\": \"CRC32C\", \"Checksum\": \"64440205\" }\n],\n"
                        + "\"WAL-Ranges\": [\n{ \"Timeline\": 1, \"Start-LSN\": \"0/2000028\", \"End-LSN\": \"0/2000100\" }\n],\n";
        String manifest = line + "\"Manifest-Checksum\": \"" + sha256(line) + "\"}\n";
        BackupManifest parsed = BackupManifest.parse(manifest.getBytes(StandardCharsets.UTF_8));
        assertThat(parsed.files()).containsOnlyKeys("PG_VERSION");
        assertThatThrownBy(() -> BackupManifest.parse(
                        manifest.replace("\"Size\": 3", "\"Size\": 4").getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("checksum of the backup manifest itself");
        BackupManifest.Entry version = parsed.files().get("PG_VERSION");
        Map<String, BackupManifest.Entry> complete =
                Map.of("PG_VERSION", version, "pg_wal/000000010000000000000002", new BackupManifest.Entry(1, 0));
        parsed.verify(complete, 16 << 20);
        assertThatThrownBy(() -> parsed.verify(Map.of("PG_VERSION", version), 16 << 20))
                .hasMessageContaining("log segment 000000010000000000000002");
        assertThatThrownBy(() -> parsed.verify(Map.of(), 16 << 20)).hasMessageContaining("did not arrive");
    }

    private static String sha256(String text) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void identityAndHistoryAreAnswered() {
        try (PostgresClient replication =
                PostgresClient.connect(leader.options().withReplication())) {
            assertThat(ReplicationCommands.timelineHistory(replication, new TimelineId(2))
                            .ancestors())
                    .hasSize(1);
            assertThat(ReplicationCommands.timelineHistory(replication, TimelineId.FIRST)
                            .ancestors())
                    .isEmpty();
        }
    }
}
