package io.howdah.server.http;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one node's status stream ({@code GET /v1/status/stream}) for as long as it is open, across restarts of the node.
 *
 * <p>What a listener sees: {@code onStatus} for each status; {@code onLost} at once when the stream ends, falls silent or
 * turns out to be someone else's, and once more whenever the answer to "does anybody listen there?" changes. So after a
 * killed process comes {@code onLost(false)} from the broken connection and {@code onLost(true)} from the refused
 * reconnection, usually within a millisecond.
 *
 * <p>Threads: one virtual thread per stream makes all calls to the listener, one at a time; a slow listener delays only its
 * own stream. {@link #close} may be called from any thread, also from the listener, and does not wait.
 */
public final class StatusStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusStream.class);
    private static final int LINE_LIMIT_BYTES = 64 * 1024;

    /**
     * Whom to follow. A stream of another node or another cluster counts as silence.
     *
     * @param reader set by a gateway: a switchover then waits until this gateway has confirmed that it holds statements
     */
    public record Target(ClusterId cluster, NodeId node, Endpoint endpoint, Optional<GatewayId> reader) {
        public Target(ClusterId cluster, NodeId node, Endpoint endpoint) {
            this(cluster, node, endpoint, Optional.empty());
        }

        String path() {
            return "/v1/status/stream"
                    + reader.map(gateway -> "?gateway=" + gateway).orElse("");
        }
    }

    /** Hears what the node says. */
    public interface Listener {
        void onStatus(NodeStatus status);

        /** @param refused true when nobody listens at the node's address: its process is gone */
        void onLost(boolean refused);
    }

    /**
     * @param connect how long a connection may take
     * @param silence how long a node that sends every 250 ms may be silent
     * @param firstPause between the first attempts to reconnect
     * @param lastPause between attempts when the node has been away for long
     */
    public record Timing(Duration connect, Duration silence, Duration firstPause, Duration lastPause) {
        public static final Timing STANDARD =
                new Timing(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofMillis(50), Duration.ofMillis(400));
    }

    private enum Link {
        UNKNOWN,
        CONNECTED,
        SILENT,
        REFUSED
    }

    private final Target target;
    private final Timing timing;
    private final Listener listener;
    private final Thread thread;
    private volatile boolean closed; // read by the stream's thread, set by any

    /** Confined to the stream's thread. */
    private Link link = Link.UNKNOWN;

    private StatusStream(Target target, Timing timing, Listener listener) {
        this.target = target;
        this.timing = timing;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("status-of-" + target.node()).unstarted(this::run);
    }

    /** Starts following at once and in the background. */
    public static StatusStream open(Target target, Timing timing, Listener listener) {
        StatusStream stream = new StatusStream(target, timing, listener);
        stream.thread.start();
        return stream;
    }

    /** Ends the stream; the listener hears nothing more, except a call that is already under way. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        Duration pause = timing.firstPause();
        while (!closed) {
            boolean heard = false;
            long startNanos = System.nanoTime();
            try (HttpConnection connection =
                    new HttpConnection(target.endpoint(), timing.connect(), timing.silence())) {
                heard = follow(connection);
            } catch (IOException e) {
                heard = link == Link.CONNECTED;
                lost(HttpCaller.isRefused(e) ? Link.REFUSED : Link.SILENT, e);
            } catch (MalformedDocumentException e) {
                lost(Link.SILENT, e);
            }
            if (heard && System.nanoTime() - startNanos > timing.firstPause().toNanos()) {
                // The connection worked until now: look again at once whether anybody still listens.
                pause = timing.firstPause();
            } else if (sleep(pause)) {
                pause = longer(pause);
            } else {
                return;
            }
        }
    }

    private boolean follow(HttpConnection connection) throws IOException {
        int code = connection.exchange("GET", target.path(), "");
        if (code != 200) {
            throw new IOException("it answers with HTTP status " + code);
        }
        connection.limitSilence(timing.silence());
        InputStream lines = connection.body();
        while (!closed) {
            NodeStatus status = NodeStatusJson.read(Lines.read(lines, LINE_LIMIT_BYTES));
            if (!status.node().equals(target.node()) || !status.cluster().equals(target.cluster())) {
                throw new IOException("%s of cluster %s listens there".formatted(status.node(), status.cluster()));
            }
            link = Link.CONNECTED;
            listener.onStatus(status);
        }
        return true;
    }

    private void lost(Link now, Exception cause) {
        if (!closed && link != now) {
            LOG.debug("no status of {} at {}: {}", target.node(), target.endpoint(), cause.getMessage());
            link = now;
            listener.onLost(now == Link.REFUSED);
        }
    }

    private Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(timing.lastPause()) > 0 ? timing.lastPause() : doubled;
    }

    private boolean sleep(Duration pause) {
        try {
            Thread.sleep(pause);
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
