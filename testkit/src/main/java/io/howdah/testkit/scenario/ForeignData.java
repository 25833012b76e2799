package io.howdah.testkit.scenario;

import io.howdah.kernel.model.NodeState;
import io.howdah.server.configuration.NodeConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A22, one half: data of another cluster under the name of a member. */
final class ForeignData implements Scenario {
    private static final long WATCHED_MILLIS = 8_000;

    @Override
    public Script script() {
        return new Script(
                "A22",
                "a standby's data is replaced by that of another cluster while the node is down",
                "it neither streams nor votes and says why; the others serve on; with its own data it is well again",
                Pace.THOROUGH);
    }

    @Override
    public boolean needsSandbox() {
        return true;
    }

    @Override
    public void play(Stage stage) throws Exception {
        String node = stage.watch().standbys().getLast();
        Path own = stage.data(node).resolve("pgdata");
        Path kept = own.resolveSibling("pgdata.own");
        try (Load load = Load.start(stage, 4)) {
            load.strike();
            stage.killNode(node);
            stage.watch().await("it has gone", watch -> !watch.speaks(node));
            Files.move(own, kept);
            makeForeign(stage, node, own);
            stage.startAgent(node);
            long until = System.nanoTime() + WATCHED_MILLIS * 1_000_000;
            String reason = "";
            while (System.nanoTime() < until) {
                NodeState state = stage.watch().node(node).state();
                Expect.that(state != NodeState.STREAMING, "foreign data streams");
                if (stage.watch().node(node).reason().contains("cluster")) {
                    reason = stage.watch().node(node).reason();
                }
                Thread.sleep(5);
            }
            stage.figure("reason", reason);
            Expect.that(
                    !reason.isEmpty(), "no reason was given: %s", stage.watch().describe());
            Expect.that(Files.exists(own.resolve("foreign")), "the foreign data was thrown away without asking");
            stage.killNode(node);
            stage.watch().await("it has gone again", watch -> !watch.speaks(node));
            Files.move(own, own.resolveSibling("pgdata.foreign"));
            Files.move(kept, own);
            stage.startAgent(node);
            load.awaitRecovery(Duration.ofSeconds(20));
            Load.Outcome outcome = load.finish();
            Expect.promotions(outcome, 0);
            Expect.gap(outcome, 2_000);
        }
    }

    private static void makeForeign(Stage stage, String node, Path directory) throws Exception {
        Path binaries = NodeConfiguration.read(
                        stage.cluster().directory().resolve("run").resolve(node + ".yaml"))
                .postgresBinaries();
        Path password = directory.resolveSibling("foreign.password");
        Files.writeString(password, stage.secrets().postgresPassword());
        Files.setOwner(password, Files.getOwner(directory.getParent()));
        Process initdb = new ProcessBuilder(List.of(
                        "setpriv",
                        "--reuid=postgres",
                        "--regid=postgres",
                        "--init-groups",
                        binaries.resolve("initdb").toString(),
                        "--pgdata=" + directory,
                        "--username=postgres",
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--no-sync"))
                .redirectErrorStream(true)
                .redirectOutput(stage.cluster()
                        .directory()
                        .resolve("logs/foreign-initdb.log")
                        .toFile())
                .start();
        Expect.that(initdb.waitFor() == 0, "initdb failed; see logs/foreign-initdb.log");
        Files.writeString(directory.resolve("foreign"), "");
    }
}
