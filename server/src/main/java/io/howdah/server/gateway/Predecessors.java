package io.howdah.server.gateway;

import com.google.errorprone.annotations.ThreadSafe;
import io.howdah.gateway.session.CancelForward;
import io.howdah.postgres.wire.Bytes;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.GatewayProcess;
import io.howdah.server.http.GatewayProcess.Predecessor;
import io.howdah.server.http.HttpAnswer;
import io.howdah.server.http.HttpCaller;
import io.howdah.server.http.MalformedDocumentException;
import io.howdah.server.http.UnreachableException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes whose place this one has taken and that have not ended: they still serve the clients that they had. One virtual thread
 * watches each of them; cancel requests for sessions that are not here are passed on to all.
 */
@ThreadSafe
final class Predecessors implements CancelForward, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Predecessors.class);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    /** A cancel request may have to wait for its server. */
    private static final Duration CANCEL = Duration.ofSeconds(15);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final String gateway;
    private final String host;
    private final String secret;
    private final HttpCaller caller = new HttpCaller(Duration.ofSeconds(1));
    private final Map<Long, Predecessor> present = new ConcurrentHashMap<>();
    private volatile boolean closed; // set by whoever stops the process, read by the watching threads

    Predecessors(String gateway, String host, String secret) {
        this.gateway = gateway;
        this.host = host;
        this.secret = secret;
    }

    /** The process of this gateway that listens there; empty when there is none that speaks for it. */
    Optional<GatewayProcess> find(int httpPort) {
        try {
            HttpAnswer answer = caller.get(endpoint(httpPort), "/v1/status", ANSWER);
            return answer.successful()
                    ? Optional.of(GatewayProcess.parse(answer.body()))
                            .filter(found -> found.gateway().equals(gateway))
                    : Optional.empty();
        } catch (UnreachableException | MalformedDocumentException e) {
            LOG.debug("no process of {} speaks on port {}: {}", gateway, httpPort, e.getMessage());
            return Optional.empty();
        }
    }

    /** Has it hand its place over; answers with what it says of itself afterwards. */
    GatewayProcess replace(GatewayProcess before) {
        String body = "{\"pid\":%d}".formatted(ProcessHandle.current().pid());
        HttpAnswer answer = caller.post(endpoint(before.httpPort()), "/v1/orders/handover", body, ANSWER);
        if (!answer.successful()) {
            throw new IllegalStateException("process %d does not hand %s over: it answered %d %s"
                    .formatted(before.pid(), gateway, answer.status(), answer.body()));
        }
        return GatewayProcess.parse(answer.body());
    }

    /** Passes cancel requests on to it, and to those whose place it had taken itself. */
    void follow(GatewayProcess before) {
        before.predecessors().forEach(this::follow);
        follow(new Predecessor(before.pid(), before.httpPort(), before.connections(), before.listening()));
    }

    private void follow(Predecessor one) {
        if (present.put(one.pid(), one) == null) {
            Thread.ofVirtual().name("predecessor-" + one.pid()).start(() -> watch(one.pid()));
        }
    }

    /** Those that have not ended. */
    List<Predecessor> present() {
        return List.copyOf(present.values());
    }

    private void watch(long pid) {
        while (!closed) {
            Predecessor known = present.get(pid);
            if (known == null || ProcessHandle.of(pid).isEmpty()) {
                present.remove(pid);
                return;
            }
            find(known.httpPort())
                    .filter(found -> found.pid() == pid)
                    .ifPresent(found -> present.replace(
                            pid,
                            known,
                            new Predecessor(pid, known.httpPort(), found.connections(), found.listening())));
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void forward(int processId, Bytes claimedSecret, Runnable done) {
        List<Predecessor> all = present();
        if (all.isEmpty()) {
            done.run();
            return;
        }
        String body = "{\"process_id\":%d,\"secret\":\"%s\"}"
                .formatted(processId, HexFormat.of().formatHex(claimedSecret.toArray()));
        Thread.ofVirtual().name("cancel").start(() -> {
            all.forEach(one -> cancel(one, body));
            done.run();
        });
    }

    private void cancel(Predecessor one, String body) {
        try {
            caller.post(endpoint(one.httpPort()), "/v1/orders/cancel", body, CANCEL);
        } catch (UnreachableException e) {
            LOG.info("a cancel request could not be passed on to process {}: {}", one.pid(), e.getMessage());
        }
    }

    private Endpoint endpoint(int port) {
        return new Endpoint(host, port, secret);
    }

    @Override
    public void close() {
        closed = true;
    }
}
