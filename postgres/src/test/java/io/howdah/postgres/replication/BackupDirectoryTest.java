package io.howdah.postgres.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.postgres.process.DataDirectory;
import io.howdah.postgres.process.TestNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A backup that was not started since it was taken has all that one of pg_basebackup has. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackupDirectoryTest {
    private TestNode leader = TestNode.empty();

    @BeforeAll
    void start() {
        leader = TestNode.primary();
        leader.client().execute("CREATE TABLE t AS SELECT i FROM generate_series(1, 1000) i");
    }

    @AfterAll
    void stop() {
        leader.close();
    }

    private Path backup(TestNode place) {
        new BaseBackup(leader.options(), TestNode.user()).cloneInto(place.data().path(), (done, total) -> {});
        return place.data().path();
    }

    @Test
    void aCopyOfItStreams() {
        try (TestNode place = TestNode.empty();
                TestNode follower = TestNode.empty()) {
            BackupDirectory backup = BackupDirectory.open(backup(place));
            assertThat(backup.systemIdentifier())
                    .isEqualTo(leader.data().readControl().systemIdentifier());
            BaseBackup.Result result = backup.copyInto(
                    follower.data().path(),
                    TestNode.user(),
                    (done, total) -> assertThat(done).isLessThanOrEqualTo(total));
            assertThat(result.end()).isEqualTo(backup.end());
            follower.start();
            assertThat(follower.value("SELECT count(*) FROM t")).isEqualTo("1000");
        }
    }

    @Test
    void aChangedFileIsFoundAndTheCopyCountsForNothing() throws IOException {
        try (TestNode place = TestNode.empty();
                TestNode follower = TestNode.empty()) {
            Path directory = backup(place);
            try (FileChannel file = FileChannel.open(directory.resolve("global/1260"), StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(new byte[] {42}), 100);
            }
            BackupDirectory backup = BackupDirectory.open(directory);
            assertThatThrownBy(() -> backup.copyInto(follower.data().path(), TestNode.user(), (done, total) -> {}))
                    .hasMessageContaining("global/1260");
            assertThat(follower.data().path().resolve(DataDirectory.INCOMPLETE_MARKER))
                    .exists();
        }
    }

    @Test
    void whatIsNoBackupIsRefusedWithAReason() throws IOException {
        try (TestNode place = TestNode.empty()) {
            Path directory = place.data().path();
            assertThatThrownBy(() -> BackupDirectory.open(directory)).hasMessageContaining("PG_VERSION");
            backup(place);
            Files.createSymbolicLink(directory.resolve("pg_tblspc/16400"), Path.of("/tmp"));
            assertThatThrownBy(() -> BackupDirectory.open(directory)).hasMessageContaining("tablespaces");
            Files.delete(directory.resolve("backup_label"));
            assertThatThrownBy(() -> BackupDirectory.open(directory)).hasMessageContaining("backup_label");
        }
    }
}
