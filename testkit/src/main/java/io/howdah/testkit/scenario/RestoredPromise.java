package io.howdah.testkit.scenario;

import io.howdah.kernel.model.NodeState;
import io.howdah.testkit.fault.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/** Bad input, trap T30: a node that would forget what it promised. */
final class RestoredPromise implements Scenario {
    @Override
    public Script script() {
        return new Script(
                "B5",
                "a standby's promise file is replaced by the copy of an earlier term while the node is down",
                "the node sees that its log is newer than its promise and takes no part, saying why; with the true file"
                        + " it is well again",
                Pace.THOROUGH);
    }

    @Override
    public void play(Stage stage) throws Exception {
        String standby = stage.watch().standbys().getLast();
        Path promise = stage.data(standby).resolve("promise");
        Path old = promise.resolveSibling("promise.old");
        Path current = promise.resolveSibling("promise.true");
        Files.copy(promise, old, StandardCopyOption.REPLACE_EXISTING);
        try (Load load = Load.start(stage, 4)) {
            Processes.kill(stage.postmaster(stage.watch().leader()));
            load.awaitRecovery(Duration.ofSeconds(30));
            load.finish();
        }
        if (stage.watch().leader().equals(standby)) {
            stage.cluster().run("switchover", "--yes").orThrow("switchover");
            stage.watch().awaitHealthy(Duration.ofSeconds(30));
        }
        // A rule of the new term is in the standby's log; it cannot have got there under the old promise.
        stage.killNode(standby);
        stage.watch().await("it has gone", watch -> !watch.speaks(standby));
        stage.tamperWithPromise(standby);
        Files.copy(promise, current, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(old, promise, StandardCopyOption.REPLACE_EXISTING);
        stage.startAgent(standby);
        try {
            stage.watch()
                    .await(
                            "it refuses",
                            Duration.ofSeconds(15),
                            watch -> watch.node(standby).state() == NodeState.FAILED);
            String reason = stage.watch().node(standby).reason();
            stage.figure("reason", reason);
            Expect.that(reason.contains("promise"), "the reason does not speak of the promise: %s", reason);
        } finally {
            stage.killNode(standby);
            stage.watch().await("it has gone again", watch -> !watch.speaks(standby));
            Files.copy(current, promise, StandardCopyOption.REPLACE_EXISTING);
            stage.startAgent(standby);
        }
        stage.watch().awaitHealthy(Duration.ofSeconds(30));
    }
}
