package io.howdah.gateway.session;

import io.howdah.gateway.metrics.SessionEvent;
import io.howdah.gateway.route.Backend;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendMessages.BackendKey;
import io.howdah.postgres.wire.Bytes;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The cancel requests of one session. The client gets a process id and a secret of the gateway's own; a request that shows them reaches
 * the statement that runs now, wherever that is. The next statement waits until the server has dealt with the request, so that it
 * cannot be hit by it.
 */
final class Cancellation {
    private static final int LONG_SECRET_BYTES = 32;

    private final Session session;
    private final Worker worker;
    private final int pid;
    private final Bytes secret;
    private int underWay;

    /** @param protocolMinor from 3.2 on secrets may be longer than four bytes */
    Cancellation(Session session, Worker worker, int protocolMinor) {
        this.session = session;
        this.worker = worker;
        this.pid = worker.cancels().register(session);
        this.secret = worker.cancels().newSecret(protocolMinor >= 2 ? LONG_SECRET_BYTES : Integer.BYTES);
    }

    /** What the client takes for the process of its server. */
    int processId() {
        return pid;
    }

    /** A server may still be about to cancel what runs. */
    boolean isUnderWay() {
        return underWay > 0;
    }

    void tellClient(ByteBuf out) {
        BackendMessages.backendKeyData(out, pid, secret);
    }

    void close() {
        worker.cancels().remove(pid);
    }

    boolean matches(Bytes claimedSecret) {
        return secret.equals(claimedSecret);
    }

    /**
     * Passes a request on.
     *
     * @param done called once the server has dealt with it
     */
    void forward(@Nullable Backend place, @Nullable BackendKey key, Runnable done) {
        if (place == null || key == null) {
            done.run();
            return;
        }
        underWay++;
        worker.counters().count(SessionEvent.CANCEL);
        worker.connector().cancel(place, key, () -> {
            underWay--;
            done.run();
            session.cancelEnded();
        });
    }
}
