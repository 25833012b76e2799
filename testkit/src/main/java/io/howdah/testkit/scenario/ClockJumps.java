package io.howdah.testkit.scenario;

import io.howdah.testkit.cluster.Sql;
import io.howdah.testkit.fault.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A23: the clock on the wall of one node jumps; its monotonic clock does not, as in real life. */
final class ClockJumps implements Scenario {
    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));

    @Override
    public Script script() {
        return new Script(
                "A23",
                "the wall clock of the leader, then of a standby, jumps an hour ahead, two back and home again; then the"
                        + " leader dies beside a standby that is an hour behind",
                "the jumps cost nothing (no promotion, no gap over 2 s), the failover is as ever",
                Pace.THOROUGH);
    }

    @Override
    public boolean needsSandbox() {
        return true;
    }

    @Override
    public void play(Stage stage) throws Exception {
        Path library = LIBRARIES.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new AssertionError("this scenario needs the package 'faketime'"));
        Map<String, Path> clocks = new java.util.TreeMap<>();
        for (String node : stage.watch().nodes()) {
            Path clock = stage.cluster().directory().resolve("run").resolve(node + ".clock");
            Files.writeString(clock, "+0");
            clock.toFile().setReadable(true, false);
            clocks.put(node, clock);
            stage.killNode(node);
            stage.watch().await("it has gone", watch -> !watch.speaks(node));
            stage.startAgent(
                    node,
                    Map.of(
                            "LD_PRELOAD",
                            library.toString(),
                            "FAKETIME_TIMESTAMP_FILE",
                            clock.toString(),
                            // Reading the file at each look at the clock would make everything ten times slower.
                            "FAKETIME_CACHE_DURATION",
                            "1",
                            "FAKETIME_DONT_FAKE_MONOTONIC",
                            "1"));
            stage.watch().awaitHealthy(Duration.ofSeconds(60));
        }
        String leader = stage.watch().leader();
        String standby = stage.watch().standbys().getFirst();
        try (Load load = Load.start(stage, 8)) {
            load.strike();
            for (String node : List.of(leader, standby)) {
                for (String offset : List.of("+1h", "-1h", "+0")) {
                    jump(clocks, node, offset);
                    Thread.sleep(2_500);
                    load.awaitRecovery(Duration.ofSeconds(20));
                }
            }
            stage.figure("leader's clock was shifted", shifted(stage, leader, clocks));
            Load.Outcome outcome = load.finish();
            Expect.promotions(outcome, 0);
            Expect.gap(outcome, 2_000);
        }
        // The library that shifts the clocks also slows everything down, so the same failover is played without a
        // shift.
        long control = failover(stage);
        String behind = stage.watch().standbys().getFirst();
        jump(clocks, behind, "-1h");
        Thread.sleep(2_500);
        long shifted = failover(stage);
        jump(clocks, behind, "+0");
        stage.figure("write gap ms with all clocks right", control);
        stage.figure("write gap ms with a standby an hour behind", shifted);
        Expect.that(shifted <= control + 5_000, "no write for %d ms, %d with all clocks right", shifted, control);
    }

    private static long failover(Stage stage) throws Exception {
        stage.watch().awaitHealthy(Duration.ofSeconds(60));
        try (Load load = Load.start(stage, 8)) {
            load.strike();
            Processes.kill(stage.postmaster(stage.watch().leader()));
            load.awaitRecovery(Duration.ofSeconds(60));
            Load.Outcome outcome = load.finish();
            Expect.promotions(outcome, 1);
            return outcome.gapMillis();
        }
    }

    private static void jump(Map<String, Path> clocks, String node, String offset) throws IOException {
        Files.writeString(clocks.getOrDefault(node, Path.of("/nowhere")), offset);
    }

    /** Shows that the trick works at all: seconds by which the server's clock differs when told to. */
    private static String shifted(Stage stage, String node, Map<String, Path> clocks) throws Exception {
        jump(clocks, node, "+1h");
        Thread.sleep(2_500);
        String seconds = Sql.one(
                stage.direct(node),
                "select round(extract(epoch from clock_timestamp()) - " + System.currentTimeMillis() / 1000 + ")");
        jump(clocks, node, "+0");
        Expect.that(Double.parseDouble(seconds) > 3_500, "the clock was not shifted: %s s", seconds);
        return seconds + " s";
    }
}
