package io.howdah.gateway.session;

import io.howdah.gateway.metrics.Traffic;

/** Times the requests and transactions of one session. */
final class Meter {
    private static final byte IDLE = 'I';

    private final Worker worker;
    private final Traffic traffic;
    private final long connectedNanos;
    private long requestNanos;
    /** When the request began, or the one before it in the pipeline was answered. */
    private long timedFromNanos;

    private long transactionNanos;
    private boolean running;
    private boolean open;
    private boolean held;
    private long waitedNanos;

    Meter(Worker worker, Traffic traffic) {
        this.worker = worker;
        this.traffic = traffic;
        this.connectedNanos = worker.nanoTime();
        this.requestNanos = connectedNanos;
        this.timedFromNanos = connectedNanos;
    }

    void received(int bytes) {
        traffic.received(bytes);
    }

    /** A request is there; it may be looked at again before it is sent. */
    void begins() {
        if (!running) {
            running = true;
            requestNanos = worker.nanoTime();
            timedFromNanos = requestNanos;
            if (!open) {
                open = true;
                transactionNanos = requestNanos;
            }
        }
    }

    /** It cannot be sent yet. */
    void held() {
        held = running;
    }

    void sent() {
        if (held) {
            held = false;
            waitedNanos = worker.nanoTime() - requestNanos;
            traffic.waited(waitedNanos);
        }
    }

    /** The server is ready for the next one. Returns the nanoseconds that this one took. */
    long answered(byte status) {
        long now = worker.nanoTime();
        long took = now - timedFromNanos;
        running = false;
        traffic.query(took);
        timedFromNanos = now;
        if (status == IDLE) {
            open = false;
            traffic.transaction(now - transactionNanos);
        }
        return took;
    }

    /** For how long the request that was answered last had waited for a server connection; 0 when it is asked again. */
    long takeWaitedNanos() {
        long waited = waitedNanos;
        waitedNanos = 0;
        return waited;
    }

    long connectedNanos() {
        return connectedNanos;
    }

    long requestNanos() {
        return requestNanos;
    }
}
