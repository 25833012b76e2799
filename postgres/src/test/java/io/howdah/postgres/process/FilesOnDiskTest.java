package io.howdah.postgres.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import io.howdah.kernel.quorum.StandbyName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no server. */
class FilesOnDiskTest {
    private static final int SEGMENT_BYTES = 16 * 1024 * 1024;

    @TempDir
    private Path directory = Path.of("/nonexistent");

    private static TimelineId timeline(int id) {
        return new TimelineId(id);
    }

    private WalDirectory wal(String... names) throws IOException {
        Files.createDirectories(directory.resolve("pg_wal/archive_status"));
        for (String name : names) {
            Files.createFile(directory.resolve("pg_wal").resolve(name));
        }
        return new WalDirectory(directory, UnprivilegedUser.current());
    }

    private void history(int id, String content) throws IOException {
        Files.writeString(directory.resolve("pg_wal/" + timeline(id).toFilePrefix() + ".history"), content);
    }

    @Test
    void historiesAreParsedAsPostgresDoes() {
        TimelineHistory history = TimelineHistory.parse(
                timeline(9), "1\t0/3000148\tno recovery target specified\n\n# a comment\n  7 \t 0/5000000\n");
        assertThat(history.switchPointOf(timeline(1))).contains(Lsn.parse("0/3000148"));
        assertThat(history.switchPointOf(timeline(2))).isEmpty();
        assertThat(history.switchPointOf(timeline(9))).contains(new Lsn(-1));
        assertThat(history.timelineEndingAt(Lsn.parse("0/3000148"))).isEqualTo(timeline(1));
        assertThat(history.timelineEndingAt(Lsn.parse("0/3000149"))).isEqualTo(timeline(7));
        assertThat(history.timelineEndingAt(Lsn.parse("1/0"))).isEqualTo(timeline(9));
        assertThat(history.contains(timeline(7), Lsn.parse("0/5000000"))).isTrue();
        assertThat(history.contains(timeline(7), Lsn.parse("0/5000001"))).isFalse();
        assertThat(history.contains(timeline(8), Lsn.parse("0/1"))).isFalse();
        assertThat(history.isPlaceholder()).isFalse();
        assertThat(TimelineHistory.parse(timeline(3), "# nothing\n").isPlaceholder())
                .isTrue();
        assertThat(TimelineHistory.root(TimelineId.FIRST).isPlaceholder()).isFalse();
        for (String wrong : List.of("9 0/1", "x 0/1", "7", "7 0/1\n1 0/2", "7 zero")) {
            assertThatThrownBy(() -> TimelineHistory.parse(timeline(9), wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theLastRecordBelongsToTheHighestTimelineThatHoldsIt() throws IOException {
        WalDirectory wal = wal(
                "000000010000000000000002",
                "000000010000000000000003",
                "000000070000000000000003",
                "000000070000000000000004",
                "000000010000000000000009",
                "000000070000000000000003.partial");
        history(7, "1\t0/3000148\tno recovery target specified\n");
        assertThat(wal.lastTimelineAt(Lsn.parse("0/2FFFFFF"), SEGMENT_BYTES, timeline(1)))
                .isEqualTo(timeline(1));
        // A segment of the new timeline exists, but the log ends before the point at which it branched off.
        assertThat(wal.lastTimelineAt(Lsn.parse("0/3000148"), SEGMENT_BYTES, timeline(1)))
                .isEqualTo(timeline(1));
        assertThat(wal.lastTimelineAt(Lsn.parse("0/3000190"), SEGMENT_BYTES, timeline(1)))
                .isEqualTo(timeline(7));
        // The end of a segment belongs to it, not to the next.
        assertThat(wal.lastTimelineAt(Lsn.parse("0/5000000"), SEGMENT_BYTES, timeline(1)))
                .isEqualTo(timeline(7));
        assertThat(wal.lastTimelineAt(Lsn.parse("0/9000010"), SEGMENT_BYTES, timeline(1)))
                .isEqualTo(timeline(1));
        assertThat(wal.lastTimelineAt(Lsn.parse("5/0"), SEGMENT_BYTES, timeline(3)))
                .isEqualTo(timeline(3));
    }

    @Test
    void placeholdersPinTheNextTimelineAndGoAwayBeforeAStart() throws IOException {
        WalDirectory wal = wal();
        history(2, "1\t0/3000148\tno recovery target specified\n");
        assertThat(wal.newestTimeline(timeline(1))).isEqualTo(timeline(2));

        wal.reserveBelow(timeline(6), timeline(2), true);

        assertThat(directory.resolve("pg_wal").toFile().list())
                .containsExactlyInAnyOrder(
                        "archive_status",
                        "00000002.history",
                        "00000003.history",
                        "00000004.history",
                        "00000005.history");
        assertThat(directory.resolve("pg_wal/archive_status/00000004.history.ready"))
                .exists();
        assertThat(wal.newestTimeline(timeline(1))).isEqualTo(timeline(2));
        assertThat(wal.dropPlaceholdersAbove(timeline(2))).isEqualTo(3);
        assertThat(directory.resolve("pg_wal/archive_status/00000004.history.ready"))
                .doesNotExist();
        assertThat(wal.dropPlaceholdersAbove(timeline(2))).isZero();
        assertThatThrownBy(() -> wal.reserveBelow(timeline(2), timeline(2), false))
                .hasMessageContaining("exists already");
    }

    @Test
    void placeholdersBelowARealTimelineStay() throws IOException {
        WalDirectory wal = wal();
        history(2, "# reserved\n");
        history(3, "1\t0/3000148\tno recovery target specified\n");
        history(4, "# reserved\n");
        assertThat(wal.newestTimeline(timeline(1))).isEqualTo(timeline(3));
        assertThat(wal.dropPlaceholdersAbove(timeline(3))).isEqualTo(1);
        assertThat(directory.resolve("pg_wal/00000002.history")).exists();
    }

    @Test
    void postmasterPidFilesAreParsed() {
        assertThat(PostmasterPidFile.parse("123\n/data\n1700000000\n5432\n/tmp\n127.0.0.1\n  1 2\nready   \n"))
                .contains(new PostmasterPidFile(123, "/data", 1700000000L, 5432, "ready"));
        assertThat(PostmasterPidFile.parse("-123\n/data\n1700000000\n"))
                .contains(new PostmasterPidFile(123, "/data", 1700000000L, 0, ""));
        assertThat(PostmasterPidFile.parse("12")).isEmpty();
        assertThat(PostmasterPidFile.parse("x\ny\nz\n")).isEmpty();
    }

    @Test
    void aPidFileOfAStrangerIsStale() throws IOException {
        // This very process is alive and is no postmaster of that directory.
        Files.writeString(
                directory.resolve("postmaster.pid"),
                "%d\n%s\n1\n5432\n".formatted(ProcessHandle.current().pid(), directory));
        ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
        assertThat(self.isAlive()).isTrue();
        assertThat(self.worksIn(directory)).isFalse();
        assertThat(new ProcessIdentity(self.pid(), self.startTicks() - 1).isAlive())
                .isFalse();
    }

    @Test
    void versionsAreParsed() {
        assertThat(PostgresVersion.parse("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"))
                .isEqualTo(new PostgresVersion(15, 18));
        assertThat(PostgresVersion.parse("postgres (PostgreSQL) 19beta1")).isEqualTo(new PostgresVersion(19, 0));
        assertThat(new PostgresVersion(13, 20).isSupported()).isFalse();
        assertThat(new PostgresVersion(14, 0).isSupported()).isTrue();
        assertThat(new PostgresVersion(19, 0).isSupported()).isFalse();
        assertThatThrownBy(() -> PostgresVersion.parse("psql?")).isInstanceOf(PostgresProcessException.class);
    }

    private static Path installation(Path root, String version) throws IOException {
        Path bin = Files.createDirectories(root.resolve("bin"));
        for (String tool : List.of("postgres", "initdb")) {
            Path file = Files.writeString(
                    bin.resolve(tool), "#!/bin/sh\necho 'postgres (PostgreSQL) %s'\n".formatted(version));
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        return bin;
    }

    @Test
    void theNewestSupportedInstallationIsTaken() throws IOException {
        Path old = installation(directory.resolve("usr/lib/postgresql/13"), "13.4");
        Path good = installation(directory.resolve("usr/lib/postgresql/16"), "16.2");
        Path future = installation(directory.resolve("usr/pgsql-99"), "99.0");
        assertThat(PostgresBinaries.candidates("/a::/b", directory))
                .contains(Path.of("/a"), Path.of("/b"), old, good, future);
        assertThat(PostgresBinaries.newest(PostgresBinaries.candidates("", directory))
                        .directory())
                .isEqualTo(good);
        assertThatThrownBy(() -> PostgresBinaries.newest(java.util.Set.of(old, future)))
                .hasMessageContaining("13.4")
                .hasMessageContaining("install PostgreSQL 14 to 18");
        assertThatThrownBy(() -> PostgresBinaries.newest(java.util.Set.of(directory)))
                .hasMessageContaining("no PostgreSQL was found");
        assertThatThrownBy(() -> PostgresBinaries.find(Optional.of(directory)))
                .hasMessageContaining("give the bin directory");
        assertThatThrownBy(() -> PostgresBinaries.find(Optional.of(old))).hasMessageContaining("not supported");
        PostgresBinaries found = PostgresBinaries.find(Optional.of(Durable.parentOf(good)));
        assertThat(found.version()).isEqualTo(new PostgresVersion(16, 2));
        assertThatThrownBy(() -> found.path(Tool.PG_REWIND)).hasMessageContaining("has no pg_rewind");
    }

    @Test
    void replicationSettingsRoundTrip() throws IOException {
        ServerConfiguration configuration = new ServerConfiguration(
                new ServerConfiguration.Settings(
                        directory.resolve("conf"),
                        "10.0.0.1",
                        5441,
                        Optional.empty(),
                        List.of("10.0.0.2", "db.example.org", "fd00::1", "10.1.0.0/16", "127.0.0.1"),
                        List.of("hostssl app +staff 10.9.0.0/16 cert", "local all all peer"),
                        Map.of("max_connections", "50", "archive_command", "it's")),
                UnprivilegedUser.current());
        configuration.write(new PostgresVersion(18, 1));
        assertThat(configuration.replication()).isEqualTo(ReplicationSettings.ISOLATED);

        ReplicationSettings changed = new ReplicationSettings(
                Optional.of(new Upstream("10.0.0.2", 5442, "howdah_replication", "node1.t3", Optional.of("node1"))),
                new SynchronousStandbys(2, List.of("node2.t3", "node3.t3", "node4.t3")));
        configuration.writeReplication(changed);
        assertThat(configuration.replication()).isEqualTo(changed);
        configuration.writeReplication(
                ReplicationSettings.ISOLATED.withSynchronousStandbys(SynchronousStandbys.NOBODY));
        assertThat(configuration.replication().synchronousStandbys()).isEqualTo(SynchronousStandbys.NOBODY);

        assertThat(Files.readString(configuration.configFile()))
                .contains("max_connections = '50'\n", "archive_command = 'it''s'", "allow_alter_system = 'off'")
                .contains("listen_addresses = '10.0.0.1,localhost'")
                .endsWith("include 'replication.conf'\n");
        assertThat(Files.readString(configuration.hbaFile()))
                .contains("host all all 10.0.0.2/32 scram-sha-256", "host replication all fd00::1/128 scram-sha-256")
                .contains("host all all db.example.org scram-sha-256", "host all all 10.1.0.0/16 scram-sha-256")
                .doesNotContain("trust", "md5", "0.0.0.0");
        configuration.writePassFile(Map.of("howdah_replication", "a:b\\c"));
        assertThat(Files.readString(configuration.passFile())).isEqualTo("*:*:*:howdah_replication:a\\:b\\\\c\n");
        assertThat(Files.getPosixFilePermissions(configuration.passFile())).hasSize(2);
    }

    @Test
    void namesOfStandbysCarryTheTerm() {
        StandbyName name = new StandbyName(new NodeId("node2"), new Term(7));
        assertThat(name).hasToString("node2.t7");
        assertThat(StandbyName.parse("node2.t7")).contains(name);
        assertThat(StandbyName.parse("node2")).isEmpty();
        assertThat(StandbyName.parse("walreceiver.tx")).isEmpty();
        assertThat(SynchronousStandbys.NOBODY.toSetting()).isEmpty();
        assertThat(new SynchronousStandbys(1, List.of("a.t1", "b.t1")).toSetting())
                .isEqualTo("ANY 1 (\"a.t1\",\"b.t1\")");
        assertThatThrownBy(() -> new SynchronousStandbys(2, List.of("a"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SynchronousStandbys(1, List.of("a\"b")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void directoriesOfEveryKindAreRecognized() throws IOException {
        UnprivilegedUser user = UnprivilegedUser.current();
        DataDirectory data = new DataDirectory(directory.resolve("pgdata"), user);
        assertThat(data.state()).isInstanceOf(DataState.Empty.class);
        Files.createDirectories(data.path());
        assertThat(data.state()).isInstanceOf(DataState.Empty.class);
        Path stray = Files.createFile(data.path().resolve("holiday.jpg"));
        assertThat(data.state()).isInstanceOf(DataState.Unrecognized.class);
        Files.delete(stray);
        Files.writeString(data.path().resolve("PG_VERSION"), "15\n");
        assertThat(data.state()).isInstanceOf(DataState.HalfMade.class);
        Files.createFile(data.path().resolve(DataDirectory.INCOMPLETE_MARKER));
        assertThat(data.state()).isInstanceOf(DataState.HalfMade.class);
        assertThat(data.setAside("old")).isDirectory();
        assertThat(data.state()).isInstanceOf(DataState.Empty.class);
        data.delete();
    }
}
