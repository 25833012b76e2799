package io.howdah.testkit.scenario;

import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Role;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** A15, trap T3. */
final class TimelineReuse implements Scenario {
    private static final int TRIES = 6;

    @Override
    public Script script() {
        return new Script(
                "A15",
                "a new leader is killed between its promotion and its first confirmed row, and the others elect again"
                        + " without it",
                "the second election does not use the first one's timeline again; whoever was on it is brought back to"
                        + " the history that counts",
                Pace.THOROUGH);
    }

    @Override
    public void play(Stage stage) throws Exception {
        int hits = 0;
        for (int i = 0; i < TRIES && hits < 2; i++) {
            stage.watch().awaitHealthy(Duration.ofSeconds(60));
            hits += round(stage) ? 1 : 0;
        }
        stage.figure("killed in between", hits);
        Expect.that(hits > 0, "in %d tries no new leader was killed before its first row was confirmed", TRIES);
    }

    /** Whether the moment was met. */
    private static boolean round(Stage stage) throws Exception {
        String first = stage.watch().leader();
        List<String> standbys = stage.watch().standbys();
        try (Load load = Load.start(stage, 4)) {
            AtomicReference<String> promoted = new AtomicReference<>("");
            stage.killNode(first);
            stage.watch().await("a promotion", Duration.ofSeconds(20), watch -> {
                standbys.stream()
                        .filter(node -> watch.node(node).role() == Role.PRIMARY)
                        .findFirst()
                        .ifPresent(promoted::set);
                return !promoted.get().isEmpty();
            });
            String second = promoted.get();
            stage.killNode(second);
            NodeStatus last = stage.watch().node(second);
            boolean met = !last.gateOpen();
            int timeline = last.position().map(at -> at.timeline().value()).orElse(0);
            stage.startAgent(first);
            load.awaitRecovery(Duration.ofSeconds(40));
            int next = stage.watch()
                    .node(stage.watch().leader())
                    .position()
                    .map(at -> at.timeline().value())
                    .orElse(0);
            Expect.that(next > timeline, "timeline %d after %d", next, timeline);
            stage.restartMissing();
            load.finish();
            return met;
        }
    }
}
