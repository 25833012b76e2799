package io.howdah.testkit.scenario;

import io.howdah.testkit.cluster.Sql;
import io.howdah.testkit.fault.Processes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A16, trap T1. */
final class FalseConfirmation implements Scenario {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Override
    public Script script() {
        return new Script(
                "A16",
                "an old leader that wrote on alone is started by hand as a standby of its successor, without a rewind and"
                        + " under its old name, while the only real standby is frozen",
                "its reports release no commit; started by its node it is rewound and equal to the others",
                Pace.THOROUGH);
    }

    @Override
    public boolean needsSandbox() {
        return true;
    }

    @Override
    public void play(Stage stage) throws Exception {
        String old = stage.watch().leader();
        long oldTerm = stage.watch().term();
        Sql.run(
                stage.writing(),
                "drop table if exists " + Divergence.TABLE,
                "create table " + Divergence.TABLE + " (id int, filler text)",
                "create table if not exists howdah_true (id int)",
                "truncate howdah_true");
        long postmaster = stage.postmaster(old);
        List<String> command = commandOf(postmaster);
        stage.partition().isolate(old);
        try (Attempt alone = Attempt.begin(
                stage.direct(old),
                "insert into " + Divergence.TABLE + " select n, repeat('x', 500) from generate_series(1, 50000) n")) {
            stage.watch()
                    .await(
                            "a successor",
                            Duration.ofSeconds(30),
                            watch -> watch.serving()
                                    .filter(now -> !now.equals(old))
                                    .isPresent());
            Expect.that(!alone.isSuccess(), "the isolated leader acknowledged a write");
        }
        stage.killNode(old);
        String leader = stage.watch().leader();
        String other = stage.watch().nodes().stream()
                .filter(node -> !node.equals(leader) && !node.equals(old))
                .findFirst()
                .orElseThrow();
        stage.watch()
                .await(
                        "the other standby follows",
                        watch -> watch.node(other).state() == io.howdah.kernel.model.NodeState.STREAMING);
        long frozen = stage.postmaster(other);
        stage.partition().heal();
        point(stage, old, leader, old + ".t" + oldTerm);
        Processes.freezeTree(frozen);
        try (Attempt waiting = Attempt.begin(stage.direct(leader), "insert into howdah_true values (1)")) {
            Process impostor = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(stage.cluster()
                            .directory()
                            .resolve("logs/impostor.log")
                            .toFile())
                    .start();
            try {
                awaitReport(stage, leader, old);
                boolean released = waiting.awaitAnswer(PATIENCE).isPresent();
                Expect.that(!released, "a commit was released by a standby that was not rewound");
            } finally {
                Processes.killTree(impostor.pid());
                Processes.thawTree(frozen);
            }
            Expect.that(waiting.awaitAnswer(Duration.ofSeconds(20)).isPresent(), "the commit never ended");
        }
        stage.restartMissing();
        stage.watch().awaitHealthy(Duration.ofSeconds(60));
        Divergence.expectGone(stage);
    }

    private static List<String> commandOf(long pid) throws Exception {
        String text = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.UTF_8);
        java.util.ArrayList<String> command =
                new java.util.ArrayList<>(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        command.addAll(List.of(text.split("\0")));
        return command;
    }

    /** Makes the dead node's data a standby of the new leader, as somebody might by hand. */
    private static void point(Stage stage, String node, String leader, String name) throws Exception {
        Path directory = stage.data(node);
        Files.writeString(directory.resolve("replication.conf"), """
                primary_conninfo = 'host=127.0.0.1 port=%d user=howdah_replication password=%s application_name=%s'
                synchronous_standby_names = 'ANY 1 ("nobody.t0")'
                """.formatted(
                stage.watch().node(leader).postgresPort(), stage.secrets().replicationPassword(), name));
        Path signal = directory.resolve("pgdata/standby.signal");
        Files.writeString(signal, "");
        Files.deleteIfExists(directory.resolve("pgdata/postmaster.pid"));
        Files.setOwner(signal, Files.getOwner(directory.resolve("pgdata")));
    }

    /** The old leader's name shows up among the leader's senders, or its log says why it cannot. */
    private static void awaitReport(Stage stage, String leader, String old) throws Exception {
        for (int i = 0; i < 100; i++) {
            List<String> seen = Sql.column(
                    stage.direct(leader),
                    "select application_name || ' flushed ' || coalesce(flush_lsn::text, '-') from pg_stat_replication"
                            + " where application_name like '" + old + ".%'");
            if (!seen.isEmpty()) {
                stage.figure("reported", seen.getFirst());
                return;
            }
            Thread.sleep(50);
        }
        stage.figure("reported", "nothing: it never stayed connected");
    }
}
