package io.howdah.testkit.scenario;

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
                "the node gives no voice in a term that its log has seen, promises the present one anew and is well again",
                Pace.THOROUGH);
    }

    @Override
    public void play(Stage stage) throws Exception {
        String standby = stage.watch().standbys().getLast();
        Path promise = stage.data(standby).resolve("promise");
        Path old = promise.resolveSibling("promise.old");
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
        // A rule of the new term is in the standby's log, which remembers what the old promise has forgotten.
        stage.killNode(standby);
        stage.watch().await("it has gone", watch -> !watch.speaks(standby));
        stage.tamperWithPromise(standby);
        Files.copy(old, promise, StandardCopyOption.REPLACE_EXISTING);
        stage.startAgent(standby);
        stage.watch().awaitHealthy(Duration.ofSeconds(30));
    }
}
