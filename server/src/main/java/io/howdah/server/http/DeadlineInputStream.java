package io.howdah.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Reads a socket with an end to each wait: either one deadline for everything that is read, so that a peer that trickles
 * bytes cannot hold a caller forever, or a limit on each silence. Confined to one thread.
 */
final class DeadlineInputStream extends InputStream {
    private final Socket socket;
    private final InputStream source;
    private long deadlineNanos;
    private Duration silence = Duration.ZERO;

    /** Begins with a deadline for everything. */
    DeadlineInputStream(Socket socket, long deadlineNanos) throws IOException {
        this.socket = socket;
        this.source = socket.getInputStream();
        this.deadlineNanos = deadlineNanos;
    }

    /** From here on, waits at most this long for each read. */
    void limitSilence(Duration limit) {
        silence = limit;
    }

    @Override
    public int read() throws IOException {
        prepare();
        return source.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        prepare();
        return source.read(target, offset, length);
    }

    private void prepare() throws IOException {
        long waitNanos = silence.isZero() ? deadlineNanos - System.nanoTime() : silence.toNanos();
        if (waitNanos <= 0) {
            throw new SocketTimeoutException("the time for the whole answer is over");
        }
        socket.setSoTimeout((int) Math.max(1, waitNanos / 1_000_000));
    }
}
