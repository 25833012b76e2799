package io.howdah.server.node;

import io.howdah.kernel.model.NodeId;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An order to give up the data and copy it anew.
 *
 * @param source the standby to copy from; empty for the usual choice
 * @param backup the base backup to copy instead; empty when a server is copied
 * @param discard whether the former data is removed rather than kept beside
 * @param begun completed when the promise says that the data is being replaced
 */
record Rebuild(Optional<NodeId> source, Optional<Path> backup, boolean discard, CompletableFuture<String> begun) {
    /** What the node does by itself when its data is of no use. */
    static Rebuild unordered() {
        return new Rebuild(Optional.empty(), Optional.empty(), false, new CompletableFuture<>());
    }
}
