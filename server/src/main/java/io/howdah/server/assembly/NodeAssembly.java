package io.howdah.server.assembly;

import io.howdah.server.configuration.DirectoryLock;
import io.howdah.server.configuration.NodeConfiguration;
import io.howdah.server.configuration.PidFile;
import io.howdah.server.configuration.Secrets;
import io.howdah.server.node.NodeProcess;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.LongSupplier;

/** A node: one PostgreSQL, its voice in elections, its HTTP interface. The inside is wired in {@link NodeProcess}. */
public final class NodeAssembly {
    private NodeAssembly() {}

    /** Starts the node that the file describes. */
    public static Running start(Path file) {
        NodeConfiguration configuration = NodeConfiguration.read(file);
        Secrets secrets = Secrets.read(configuration.secrets());
        String component = configuration.node().value();
        PidFile pidFile = new PidFile(configuration.runDirectory().resolve(component + ".pid"), component);
        DirectoryLock lock = lock(configuration, pidFile);
        LongSupplier clockMillis = () -> System.nanoTime() / 1_000_000;

        NodeProcess node = new NodeProcess(file, configuration, secrets, clockMillis, new SecureRandom());
        pidFile.writeCurrent();
        node.start();
        return () -> {
            try {
                node.stop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            pidFile.removeCurrent();
            lock.close();
        };
    }

    /** Before anything of the directory is read: two processes of one name would give one voice twice. */
    private static DirectoryLock lock(NodeConfiguration configuration, PidFile pidFile) {
        // Beside the directory: what is in it belongs to PostgreSQL's user.
        return DirectoryLock.tryLock(configuration.directory().resolveSibling(configuration.node() + ".lock"))
                .orElseThrow(() -> new IllegalStateException(
                        "another process works as %s in %s already%s; a second one would give the same voice twice. 'howdah status' shows the one that runs"
                                .formatted(
                                        configuration.node(),
                                        configuration.directory(),
                                        pidFile.read()
                                                .map(process -> ", process " + process.pid())
                                                .orElse(""))));
    }
}
