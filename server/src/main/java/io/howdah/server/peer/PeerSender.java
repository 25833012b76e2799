package io.howdah.server.peer;

import io.howdah.server.configuration.PeerEntry;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages to one peer over one chunked HTTP request that stays open ({@code POST /v1/peer}, a JSON document per
 * line). Messages may be lost: when the peer is away they are dropped, since the election core repeats what matters.
 *
 * <p>Threads: {@link #send} may be called from any thread and never blocks; a virtual thread writes, another waits for the
 * peer to close.
 */
public final class PeerSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerSender.class);
    private static final int QUEUE_LIMIT = 256;
    private static final Duration RETRY = Duration.ofMillis(100);
    /** A refusal rarely ends by itself. */
    private static final Duration REFUSED_RETRY = Duration.ofMillis(500);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    /** An empty line, never sent: makes the writer look at its flags. */
    private static final String WAKE_UP = "";

    private final PeerEntry address;
    private final Sender self;
    private final String secret;
    private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUE_LIMIT);
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean broken;
    /** The words of the last refusal; empty when the last connection was not refused. */
    private volatile String refusal = "";

    /** Starts connecting at once. */
    public PeerSender(PeerEntry address, Sender self, String secret) {
        this.address = address;
        this.self = self;
        this.secret = secret;
        this.thread = Thread.ofVirtual().name("messages-to-" + address.node()).start(this::run);
    }

    /** Queues one document; drops it when the peer is not connected or too slow. */
    public void send(String json) {
        if (!queue.offer(json)) {
            queue.poll();
            queue.offer(json);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        while (!closed) {
            try (Socket socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.connect(
                        new InetSocketAddress(address.host(), address.apiPort()), (int) CONNECT_TIMEOUT.toMillis());
                talk(socket);
            } catch (IOException e) {
                LOG.debug("stream to {} broke: {}", address.node(), e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (!pause()) {
                return;
            }
        }
    }

    private void talk(Socket socket) throws IOException, InterruptedException {
        queue.clear();
        broken = false;
        OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 8192);
        String head = "POST /v1/peer HTTP/1.1\r\nHost: " + address.host() + ":" + address.apiPort()
                + "\r\nAuthorization: Bearer " + secret
                + "\r\n" + Sender.NODE_HEADER + ": " + self.node()
                + "\r\n" + Sender.PROCESS_HEADER + ": " + self.process()
                + "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        Thread watcher = Thread.ofVirtual().name("peer-watch-" + address.node()).start(() -> awaitEnd(socket));
        try {
            while (!closed && !broken) {
                String line = queue.poll(1, TimeUnit.SECONDS);
                while (line != null) {
                    if (!line.isEmpty()) {
                        writeChunk(out, line);
                    }
                    line = queue.poll();
                }
                out.flush();
            }
        } finally {
            socket.close();
            watcher.join();
        }
    }

    private static void writeChunk(OutputStream out, String line) throws IOException {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        out.write('\r');
        out.write('\n');
    }

    /** The peer answers only when it refuses us or goes away; either ends this stream. */
    private void awaitEnd(Socket socket) {
        try {
            String answer = read(socket);
            if (answer.isEmpty() || answer.startsWith("HTTP/1.1 2") || answer.startsWith("HTTP/1.1 503")) {
                LOG.debug("{} stops", address.node());
                refusal = "";
            } else {
                refused(answer);
            }
        } catch (IOException e) {
            LOG.debug("stream to {} ended: {}", address.node(), e.getMessage());
        }
        broken = true;
        send(WAKE_UP);
    }

    /** The head of the answer and, if it comes soon, its body. */
    private static String read(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[2048];
        int length = Math.max(0, in.read(bytes));
        String head = new String(bytes, 0, length, StandardCharsets.UTF_8);
        if (length == 0 || !body(head).isEmpty()) {
            return head;
        }
        try {
            socket.setSoTimeout((int) RETRY.toMillis());
            length += Math.max(0, in.read(bytes, length, bytes.length - length));
        } catch (SocketTimeoutException e) {
            LOG.debug("an answer without words: {}", head);
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static String body(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        return end < 0 ? "" : answer.substring(end).strip();
    }

    /** Says so once, however often it is tried again. */
    private void refused(String answer) {
        String words = body(answer).isEmpty() ? answer.lines().findFirst().orElse("") : body(answer);
        if (!words.equals(refusal)) {
            LOG.warn("{} refuses our messages: {}", address.node(), words);
        }
        refusal = words;
    }

    /** Waits before the next attempt; false when it is time to end. */
    private boolean pause() {
        try {
            Thread.sleep(refusal.isEmpty() ? RETRY : REFUSED_RETRY);
            return !closed;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
