package io.howdah.kernel.election;

import io.howdah.kernel.model.Promise;
import java.util.Optional;

/** Whether the node's PostgreSQL is known to be a standby that receives nothing, and the request that makes it one. */
final class Instance {
    private static final long RETRY_MILLIS = 500;

    private final Workspace work;
    private long lastToken;
    private long pendingToken;
    private long retryAtMillis;
    private Optional<Input.Quiesced> still = Optional.empty();

    Instance(Workspace work) {
        this.work = work;
    }

    /** The position at which everything stands still, and the newest rule up to there. */
    Optional<Input.Quiesced> still() {
        return still;
    }

    long nextToken() {
        lastToken++;
        return lastToken;
    }

    /** Asks for stillness unless it is there or on its way. */
    void quiesce() {
        if (still.isEmpty() && pendingToken == 0) {
            pendingToken = nextToken();
            work.emit(new Effect.Quiesce(pendingToken));
        }
    }

    boolean isPending() {
        return pendingToken != 0;
    }

    /** Leaves a stopped instance down for a while, unless this node's voice is wanted or somebody is to be followed. */
    void rest(long millis) {
        retryAtMillis = work.now() + millis;
    }

    /** Something was asked for that ends the stillness. */
    void disturb() {
        still = Optional.empty();
        pendingToken = 0;
    }

    /** True when this completion is the awaited one. */
    boolean quiesced(Input.Quiesced done) {
        if (done.token() != pendingToken) {
            return false;
        }
        pendingToken = 0;
        still = Optional.of(done);
        work.learn(done.position());
        work.ownRule(done.rule());
        return true;
    }

    boolean failed(Input.QuiesceFailed failed) {
        if (failed.token() != pendingToken) {
            return false;
        }
        pendingToken = 0;
        retryAtMillis = work.now() + RETRY_MILLIS;
        work.note("PostgreSQL could not be quieted: " + failed.reason());
        return true;
    }

    void observe(PostgresState state) {
        if (state != PostgresState.STANDBY) {
            still = Optional.empty();
        }
    }

    /** Brings a dead instance up again, as a standby; the driver never starts one on its own. */
    void settle() {
        boolean ours = switch (work.phases.current()) {
            case Phase.Starting s -> false;
            case Phase.Waiting w -> true;
            case Phase.Following following ->
                following.step() == Phase.FollowStep.JOINED || following.step() == Phase.FollowStep.QUIESCING;
            case Phase.Recruited r -> true;
            case Phase.Promoting p -> false;
            case Phase.Confirming c -> false;
            case Phase.Leading l -> false;
            case Phase.HandingOver h -> false;
            case Phase.SteppingDown s -> true;
            case Phase.Remote remote -> remote.step() != Phase.RemoteStep.ASKED;
            case Phase.Failed f -> true;
        };
        boolean awaited = switch (work.phases.current()) {
            case Phase.SteppingDown s -> true;
            case Phase.Following following -> following.step() == Phase.FollowStep.QUIESCING;
            default -> false;
        };
        boolean wanted = work.postgres().state() == PostgresState.DOWN
                || (awaited && work.postgres().state() != PostgresState.EMPTY);
        if (ours
                && wanted
                && pendingToken == 0
                && still.isEmpty()
                && work.promises.latest().operation() == Promise.Operation.NONE
                && work.due(retryAtMillis)) {
            quiesce();
        }
    }
}
