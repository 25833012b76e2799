package io.howdah.testkit.scenario;

import io.howdah.testkit.cluster.CommandResult;
import io.howdah.testkit.fault.Processes;

/** Bad input: wishes that cannot be granted. */
final class SwitchoverRefusals implements Scenario {
    @Override
    public Script script() {
        return new Script(
                "B1",
                "switchover to an unknown node, to the leader itself, and to a standby whose PostgreSQL is frozen",
                "each is refused in words, the leader serves on, clients notice nothing",
                Pace.THOROUGH);
    }

    @Override
    public void play(Stage stage) throws Exception {
        String leader = stage.watch().leader();
        String standby = stage.watch().standbys().getFirst();
        try (Load load = Load.start(stage, 4)) {
            load.strike();
            refused(stage, "unknown", "node99");
            refused(stage, "the leader", leader);
            long postmaster = stage.postmaster(standby);
            long agent = stage.agent(standby);
            Processes.freezeTree(postmaster);
            Processes.freeze(agent);
            // It counts as absent when nothing was heard of it for two beats and its stream has ended.
            Thread.sleep(6_000);
            refused(stage, "frozen", standby);
            Processes.thawTree(postmaster);
            Processes.thaw(agent);
            load.awaitRecovery(java.time.Duration.ofSeconds(20));
            Load.Outcome outcome = load.finish();
            Expect.promotions(outcome, 0);
            Expect.gap(outcome, 2_000);
            Expect.that(outcome.errors() == 0, "clients saw %d errors", outcome.errors());
        }
    }

    private static void refused(Stage stage, String what, String target) {
        CommandResult result = stage.cluster().run("switchover", "--to", target, "--yes");
        stage.figure(what, result.errors().strip());
        Expect.that(result.exitCode() != 0, "switchover to %s (%s) was not refused", target, what);
        Expect.that(!result.errors().isBlank(), "switchover to %s was refused without a word", target);
    }
}
