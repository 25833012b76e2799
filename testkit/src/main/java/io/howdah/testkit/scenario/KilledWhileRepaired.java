package io.howdah.testkit.scenario;

import io.howdah.kernel.model.NodeState;
import io.howdah.testkit.cluster.Sql;
import io.howdah.testkit.fault.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A11. */
final class KilledWhileRepaired implements Scenario {
    /** How the data comes to be repaired. */
    enum Repair {
        REWIND(NodeState.REWINDING),
        CLONE(NodeState.CLONING);

        private final NodeState state;

        Repair(NodeState state) {
            this.state = state;
        }
    }

    /** What is killed in the middle of it. */
    enum Victim {
        /** As when the host fails. */
        EVERYTHING,
        /** The node's process only: what it started goes on without it for a while. */
        NODE_PROCESS
    }

    private final Repair repair;
    private final Victim victim;

    KilledWhileRepaired(Repair repair, Victim victim) {
        this.repair = repair;
        this.victim = victim;
    }

    @Override
    public Script script() {
        String what = victim == Victim.EVERYTHING ? "everything" : "the node process";
        return new Script(
                "A11-%s-%s"
                        .formatted(
                                repair.name().toLowerCase(java.util.Locale.ROOT),
                                victim == Victim.EVERYTHING ? "all" : "process"),
                "kill -9 of %s of a node in the middle of a %s"
                        .formatted(what, repair.name().toLowerCase(java.util.Locale.ROOT)),
                "half-changed data never serves or votes; after a restart the node is whole and equal to the others",
                Pace.THOROUGH);
    }

    @Override
    public void play(Stage stage) throws Exception {
        String node = switch (repair) {
            case REWIND -> Divergence.make(stage, 100_000);
            case CLONE -> loseData(stage);
        };
        stage.watch().await("it is away", watch -> !watch.speaks(node));
        Thread starter = Thread.ofPlatform().start(() -> stage.cluster().run("up"));
        stage.watch()
                .await(
                        "the repair begins",
                        Duration.ofSeconds(40),
                        watch -> watch.speaks(node) && watch.node(node).state() == repair.state);
        long process = stage.agent(node);
        switch (victim) {
            case EVERYTHING -> Processes.killTree(process);
            case NODE_PROCESS -> Processes.kill(process);
        }
        starter.join();
        try (Load load = Load.start(stage, 4)) {
            stage.restartMissing();
            load.awaitRecovery(Duration.ofSeconds(30));
            load.finish();
        }
        if (repair == Repair.REWIND) {
            Divergence.expectGone(stage);
        }
    }

    /** The node's promise stays, its data is gone. */
    private static String loseData(Stage stage) throws Exception {
        Sql.run(
                stage.writing(),
                "create table if not exists howdah_bulk (filler text)",
                "insert into howdah_bulk select repeat(md5(n::text), 30) from generate_series(1, 100000) n");
        String node = stage.watch().standbys().getLast();
        stage.killNode(node);
        Path data = stage.data(node).resolve("pgdata");
        Files.move(data, data.resolveSibling("lost-" + System.nanoTime()));
        return node;
    }
}
