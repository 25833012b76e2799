package io.howdah.testkit.scenario;

import io.howdah.testkit.cluster.Sql;
import io.howdah.testkit.fault.SmallDisk;
import java.time.Duration;

/** A19. */
final class DiskFull implements Scenario {
    /** Enough for all that is written while the disk is full, as data and as log, once there is room again. */
    private static final int SPARE_MEGABYTES = 192;

    private static final String BULK =
            "insert into howdah_bulk select repeat(md5(n::text), 30) from generate_series(1, 30000) n";

    private final boolean ofLeader;

    DiskFull(boolean ofLeader) {
        this.ofLeader = ofLeader;
    }

    @Override
    public Script script() {
        return new Script(
                ofLeader ? "A19-leader" : "A19-standby",
                "the disk of the %s runs full under load; later there is room again"
                        .formatted(ofLeader ? "leader" : "standby"),
                ofLeader
                        ? "another node leads, writes go on within 15 s, nothing lost, the node comes back when it has room"
                        : "writes go on (no gap over 5 s), no promotion, nothing lost, the node comes back when it has room",
                Pace.THOROUGH);
    }

    @Override
    public boolean needsSandbox() {
        return true;
    }

    @Override
    public void play(Stage stage) throws Exception {
        String node = stage.watch().standbys().getFirst();
        stage.killNode(node);
        stage.watch().await("it has gone", watch -> !watch.speaks(node));
        try (SmallDisk disk = SmallDisk.under(stage.data(node), SPARE_MEGABYTES)) {
            stage.startAgent(node);
            stage.watch().awaitHealthy(Duration.ofSeconds(60));
            if (ofLeader) {
                stage.cluster().run("switchover", "--to", node, "--yes").orThrow("switchover");
                stage.watch().awaitHealthy(Duration.ofSeconds(60));
            }
            play(stage, node, disk);
            stage.killNode(node);
            stage.watch().await("it has gone", watch -> !watch.speaks(node));
        }
        stage.startAgent(node);
        stage.watch().awaitHealthy(Duration.ofSeconds(60));
    }

    private void play(Stage stage, String node, SmallDisk disk) throws Exception {
        Sql.run(stage.writing(), "create table if not exists howdah_bulk (filler text)");
        try (Load load = Load.start(stage, 8)) {
            load.strike();
            disk.fill();
            if (ofLeader) {
                // New log segments are what a leader cannot do without; small rows need a while to fill the present
                // ones.
                try (Attempt bulk = Attempt.begin(stage.writing(), BULK)) {
                    stage.watch()
                            .await(
                                    "another node leads",
                                    Duration.ofSeconds(60),
                                    watch -> watch.serving()
                                            .filter(leader -> !leader.equals(node))
                                            .isPresent());
                    bulk.cancel();
                }
            } else {
                Sql.run(stage.writing(), BULK);
            }
            load.awaitRecovery(Duration.ofSeconds(30));
            disk.makeRoom();
            load.awaitRecovery(Duration.ofSeconds(30));
            Load.Outcome outcome = load.finish();
            Expect.promotions(outcome, ofLeader ? 1 : 0);
            Expect.gap(outcome, ofLeader ? 15_000 : 5_000);
        }
    }
}
