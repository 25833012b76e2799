package io.howdah.postgres.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.client.PostgresClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    /** Ten times what was measured on two busy cores; the point is that no polling of seconds is involved. */
    private static final long NOTICE_MILLIS = 500;

    private static Map<String, String> controlData(TestNode node) {
        return CommandRunner.run(
                        List.of(
                                TestNode.binaries().path(Tool.PG_CONTROLDATA).toString(),
                                node.data().path().toString()),
                        TestNode.TIMEOUT)
                .output()
                .lines()
                .map(line -> line.split(":\\s+", 2))
                .collect(java.util.stream.Collectors.toMap(
                        fields -> fields[0], fields -> fields.length > 1 ? fields[1] : "", (first, second) -> first));
    }

    private static void assertControlFileAgrees(TestNode node) {
        ControlFile control = node.data().readControl();
        assertThat(controlData(node))
                .containsEntry("Database system identifier", Long.toUnsignedString(control.systemIdentifier()))
                .containsEntry("pg_control version number", Integer.toString(control.controlVersion()))
                .containsEntry("Catalog version number", Integer.toString(control.catalogVersion()))
                .containsEntry(
                        "Latest checkpoint location", control.checkpoint().toString())
                .containsEntry(
                        "Latest checkpoint's REDO location", control.redo().toString())
                .containsEntry(
                        "Latest checkpoint's TimeLineID",
                        control.checkpointTimeline().toString())
                .containsEntry(
                        "Latest checkpoint's PrevTimeLineID",
                        control.previousTimeline().toString())
                .containsEntry(
                        "Minimum recovery ending location",
                        control.minimumRecovery().toString())
                .containsEntry(
                        "Min recovery ending loc's timeline", Integer.toString(control.minimumRecoveryTimeline()))
                .containsEntry("Bytes per WAL segment", Integer.toString(control.walSegmentBytes()))
                .containsEntry("Data page checksum version", control.dataChecksums() ? "1" : "0")
                .containsEntry("wal_log_hints setting", control.walLogHints() ? "on" : "off")
                .containsEntry(
                        "Database cluster state",
                        switch (control.state()) {
                            case STARTUP -> "starting up";
                            case SHUTDOWNED -> "shut down";
                            case SHUTDOWNED_IN_RECOVERY -> "shut down in recovery";
                            case SHUTDOWNING -> "shutting down";
                            case IN_CRASH_RECOVERY -> "in crash recovery";
                            case IN_ARCHIVE_RECOVERY -> "in archive recovery";
                            case IN_PRODUCTION -> "in production";
                        });
    }

    @Test
    void aLifeFromInitializationToRestart() throws IOException {
        try (TestNode node = TestNode.empty()) {
            node.data().initialize(TestNode.binaries(), TestNode.PASSWORD);
            assertControlFileAgrees(node);
            assertThat(node.data().state())
                    .isEqualTo(new DataState.Initialized(
                            node.data().readControl().systemIdentifier(),
                            TestNode.binaries().version().major()));
            assertThatThrownBy(() -> node.data().initialize(TestNode.binaries(), "other"))
                    .hasMessageContaining("not empty");
            assertThat(node.directory().toFile().list()).noneMatch(name -> name.endsWith("password"));

            node.start();
            assertThat(node.control().inRecovery()).isTrue();
            assertThat(node.value("SHOW data_checksums")).isEqualTo("on");
            assertThat(node.value("SHOW synchronous_standby_names")).isEqualTo("ANY 1 (\"nobody.t0\")");
            assertThat(node.value("SELECT pg_encoding_to_char(encoding) FROM pg_database LIMIT 1"))
                    .isEqualTo("UTF8");
            Position before = node.control().position(TestNode.TIMEOUT);
            assertThat(before.timeline()).isEqualTo(TimelineId.FIRST);

            node.control().requireConfirmation(SynchronousStandbys.NOBODY, TestNode.TIMEOUT);
            node.promote(new TimelineId(7));
            node.client().execute("CREATE TABLE t (i int); CHECKPOINT");
            assertThat(node.control().position(TestNode.TIMEOUT)).isGreaterThan(before);
            assertThat(node.control().position(TestNode.TIMEOUT).timeline()).isEqualTo(new TimelineId(7));
            assertControlFileAgrees(node);

            node.client().execute("INSERT INTO t VALUES (1)");
            assertThat(node.process().stop(TestNode.TIMEOUT)).isEqualTo(StopOutcome.CLEAN);
            assertThat(node.process().stop(TestNode.TIMEOUT)).isEqualTo(StopOutcome.WAS_STOPPED);
            assertControlFileAgrees(node);
            assertThat(node.data().readControl().isCleanlyStopped()).isTrue();

            node.start();
            assertThat(node.control().inRecovery()).isTrue();
            assertThat(node.value("SELECT count(*) FROM t")).isEqualTo("1");
            assertThat(node.control().position(TestNode.TIMEOUT).timeline()).isEqualTo(new TimelineId(7));
            assertControlFileAgrees(node);
        }
    }

    @Test
    void aKilledPostmasterIsNoticedAtOnceAndStartsAgain() throws Exception {
        try (TestNode node = TestNode.started()) {
            PostgresClient held = node.connect();
            CompletableFuture<Long> connectionEnd = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                held.awaitEnd();
                connectionEnd.complete(System.nanoTime());
            });
            PostgresProcess child = node.process();
            PostgresProcess adopted = node.server().adopt().orElseThrow();
            assertThat(adopted.identity()).isEqualTo(child.identity());
            CompletableFuture<Long> childEnd = child.onExit().thenApply(ignored -> System.nanoTime());
            CompletableFuture<Long> adoptedEnd = adopted.onExit().thenApply(ignored -> System.nanoTime());

            long killed = System.nanoTime();
            child.kill();

            assertThat(millis(killed, connectionEnd)).as("held connection").isLessThan(NOTICE_MILLIS);
            assertThat(millis(killed, childEnd)).as("child").isLessThan(NOTICE_MILLIS);
            assertThat(millis(killed, adoptedEnd)).as("adopted").isLessThan(NOTICE_MILLIS);
            System.out.printf(
                    "killed postmaster noticed: connection %d ms, child %d ms, adopted %d ms%n",
                    millis(killed, connectionEnd), millis(killed, childEnd), millis(killed, adoptedEnd));
            assertThat(node.data().readPostmasterPid()).isPresent();
            assertThat(node.server().adopt()).isEmpty();

            node.start();
            assertThat(node.control().inRecovery()).isTrue();
        }
    }

    @Test
    void aStrangerWithTheNumberOfADeadPostmasterIsNoObstacle() throws Exception {
        try (TestNode node = TestNode.started()) {
            node.process().kill();
            await().until(() -> !ProcessIdentity.anyWorksIn(node.data().path()));
            Process stranger = new ProcessBuilder(TestNode.user().wrap(List.of("sleep", "600"))).start();
            try {
                Path lock = node.data().path().resolve(PostmasterPidFile.FILE_NAME);
                String left = Files.readString(lock);
                Files.writeString(lock, stranger.pid() + left.substring(left.indexOf('\n')));

                node.start();

                assertThat(node.control().inRecovery()).isTrue();
                assertThat(stranger.isAlive()).isTrue();
            } finally {
                stranger.destroy();
            }
        }
    }

    private static long millis(long start, CompletableFuture<Long> end) throws Exception {
        return TimeUnit.NANOSECONDS.toMillis(end.get(10, TimeUnit.SECONDS) - start);
    }

    @Test
    void anotherManagerFindsTheRunningServerAndStopsIt() {
        try (TestNode node = TestNode.started()) {
            assertThatThrownBy(node.server()::launch).hasMessageContaining("already runs");
            PostgresProcess adopted = node.server().adopt().orElseThrow();
            assertThat(adopted.isReady()).isTrue();
            assertThat(adopted.stop(TestNode.TIMEOUT)).isEqualTo(StopOutcome.CLEAN);
            await().until(() -> !node.process().isAlive());
            assertThat(node.server().adopt()).isEmpty();
        }
    }

    @Test
    void aServerThatCannotStartSaysWhy() throws IOException {
        try (TestNode node = TestNode.empty(Map.of("shared_buffers", "lots"))) {
            node.data().initialize(TestNode.binaries(), TestNode.PASSWORD);
            assertThatThrownBy(node::start)
                    .isInstanceOf(PostgresProcessException.class)
                    .hasMessageContaining("shared_buffers");
            Files.writeString(node.data().path().resolve("PG_VERSION"), "9\n");
            assertThatThrownBy(node::start).hasMessageContaining("install PostgreSQL 9");
        }
    }

    @Test
    void leftoversOfAnAbandonedPromotionAndOfOthersDoNotDisturbAStart() throws IOException {
        try (TestNode node = TestNode.started()) {
            node.data().reserveTimelinesBelow(new TimelineId(5), false);
            node.process().stop(TestNode.TIMEOUT);
            Path autoConf = node.data().path().resolve("postgresql.auto.conf");
            Files.writeString(
                    autoConf,
                    "primary_conninfo = 'host=elsewhere'\nSynchronous_Standby_Names='x'\nwork_mem = '8MB'\nport=1\n");
            node.start();
            assertThat(node.value("SHOW work_mem")).isEqualTo("8MB");
            assertThat(node.value("SHOW primary_conninfo")).isEmpty();
            assertThat(node.value("SHOW synchronous_standby_names")).contains("nobody");
            assertThat(node.data().path().resolve("pg_wal/00000003.history")).doesNotExist();
            assertThat(node.control().position(TestNode.TIMEOUT).timeline()).isEqualTo(TimelineId.FIRST);
        }
    }

    @Test
    void theUserMustBeAbleToEnter() throws IOException {
        UnprivilegedUser user = TestNode.user();
        Path open = Files.createTempDirectory(
                "howdah-test-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Path closed = Files.createDirectories(open.resolve("closed/inner"));
        try {
            assertThat(user.firstUntraversable(open)).isEmpty();
            if (user.isSwitch()) {
                Files.setPosixFilePermissions(open.resolve("closed"), PosixFilePermissions.fromString("rwx------"));
                assertThat(user.firstUntraversable(closed)).contains(open.resolve("closed"));
                assertThatThrownBy(() ->
                                new DataDirectory(closed.resolve("pgdata"), user).initialize(TestNode.binaries(), "x"))
                        .hasMessageContaining(open.resolve("closed").toString());
            }
        } finally {
            new DataDirectory(open, UnprivilegedUser.current()).delete();
        }
    }

    @Test
    void stoppingFallsBackToImmediate() {
        try (TestNode node = TestNode.primary()) {
            // A fast shutdown waits for a frozen backend; a stopped process cannot end itself.
            PostgresClient frozen = node.connect();
            assertThat(CommandRunner.run(
                                    List.of("kill", "-STOP", Integer.toString(frozen.backendProcessId())),
                                    TestNode.TIMEOUT)
                            .succeeded())
                    .isTrue();
            assertThat(node.process().stop(Duration.ofMillis(300))).isEqualTo(StopOutcome.IMMEDIATE);
            assertThat(node.data().readControl().isCleanlyStopped()).isFalse();
        }
    }
}
