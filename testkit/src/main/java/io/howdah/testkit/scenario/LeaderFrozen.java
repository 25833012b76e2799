package io.howdah.testkit.scenario;

import io.howdah.testkit.fault.Processes;
import java.time.Duration;

/** A3: what a suspended virtual machine or a hanging disk looks like. */
final class LeaderFrozen implements Scenario {
    /** What is frozen. */
    enum Part {
        POSTGRES,
        NODE_PROCESS,
        BOTH
    }

    private static final long LIMIT_MILLIS = 7_000;

    private final Part part;

    LeaderFrozen(Part part) {
        this.part = part;
    }

    @Override
    public Script script() {
        String what = switch (part) {
            case POSTGRES -> "PostgreSQL";
            case NODE_PROCESS -> "node process";
            case BOTH -> "PostgreSQL and node process";
        };
        return new Script(
                "A3-" + part.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
                "SIGSTOP of the leader's " + what + ", SIGCONT after others lead",
                "nothing lost, writes within 7 s (aim 5 s), one promotion, no second one when it wakes up and rejoins",
                part == Part.BOTH ? Pace.QUICK : Pace.THOROUGH);
    }

    @Override
    public void play(Stage stage) throws Exception {
        String leader = stage.watch().leader();
        long postmaster = stage.postmaster(leader);
        long agent = stage.agent(leader);
        try (Load load = Load.start(stage, 8)) {
            load.strike();
            if (part != Part.POSTGRES) {
                Processes.freeze(agent);
            }
            if (part != Part.NODE_PROCESS) {
                Processes.freezeTree(postmaster);
            }
            // Writes under way may go on for a while beside a frozen node process: wait for the consequences.
            stage.watch()
                    .await(
                            "another node leads",
                            Duration.ofSeconds(40),
                            watch -> watch.serving()
                                    .filter(now -> !now.equals(leader))
                                    .isPresent());
            load.awaitRecovery(Duration.ofSeconds(40));
            Processes.thawTree(postmaster);
            Processes.thaw(agent);
            load.awaitRecovery(Duration.ofSeconds(30));
            // The gap after the fault counts, and whatever the awakening did.
            Load.Outcome outcome = load.finish();
            Expect.gap(outcome, LIMIT_MILLIS);
            Expect.promotions(outcome, 1);
        }
    }
}
