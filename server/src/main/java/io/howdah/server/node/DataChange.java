package io.howdah.server.node;

import io.howdah.kernel.election.Input;
import io.howdah.kernel.election.Leadership;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise.Operation;
import io.howdah.kernel.model.Term;
import io.howdah.postgres.process.Upstream;
import io.howdah.postgres.replication.ReplicationCommands.SystemIdentity;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A change of the data directory, from the intention to the end: before its first byte changes, the promise on disk says so, and it says
 * so until the work is complete (research trap T15). On the lane's thread.
 */
final class DataChange {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ManagedInstance instance;
    private final PromiseLane promises;
    private final Consumer<Input> core;

    DataChange(ManagedInstance instance, PromiseLane promises, Consumer<Input> core) {
        this.instance = instance;
        this.promises = promises;
        this.core = core;
    }

    /** Whether there is complete data whose last change was finished. */
    boolean dataIsTrusted() {
        return promises.durable().operation() == Operation.NONE && instance.hasData();
    }

    /** Whether a copy was begun and never finished. */
    boolean isUnfinishedClone() {
        return promises.durable().operation() == Operation.CLONE;
    }

    Term promisedTerm() {
        return promises.durable().term();
    }

    /** Returns when the intention is on disk. */
    void begin(Operation operation, SystemIdentity leader) throws InterruptedException {
        Position floor = new Position(leader.timeline(), leader.flushed());
        core.accept(new Input.DataOperation(operation, Optional.of(floor), leader.systemIdentifier()));
        promises.awaitOperation(operation, LIMIT);
    }

    /** The data counts as whole only once PostgreSQL has found it consistent; until then a crash means to clone anew. */
    void startAndFinish(Leadership leadership, Upstream upstream, long systemIdentifier) throws InterruptedException {
        refuseOutlived(leadership);
        instance.startFollowing(upstream);
        core.accept(new Input.DataOperation(Operation.NONE, Optional.empty(), systemIdentifier));
        promises.awaitOperation(Operation.NONE, LIMIT);
    }

    /** The work may have taken long: a node that has promised a later term meanwhile must confirm nothing to this leader. */
    void refuseOutlived(Leadership leadership) {
        Term promised = promisedTerm();
        if (promised.isAfter(leadership.term())) {
            throw new NodeException(
                    "term %s was promised while the data was brought behind %s of term %s"
                            .formatted(promised, leadership.leader(), leadership.term()),
                    "the node follows the leader of the later term by itself");
        }
    }
}
