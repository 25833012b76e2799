package io.howdah.gateway.session;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.route.RouteChoice;
import io.howdah.gateway.route.Routes;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that belongs to one event loop: its sessions, the picture of the cluster that they go by, and the waiting ones. Used on
 * that loop only.
 */
final class Worker {
    private static final long RETRY_MILLIS = 50;

    private final Logger log = LoggerFactory.getLogger(Worker.class);
    private final EventLoop loop;
    private final SessionSettings settings;
    private final Shared shared;
    private final BackendConnector connector;
    private final RouteChoice choice;
    private final DrainWatch.Part drains;
    private final TextReader texts = new TextReader();
    private final HoldQueue queue = new HoldQueue();
    private final Set<Session> sessions = new HashSet<>();
    private final Map<Backend, Integer> attached = new HashMap<>();
    private Routes routes = Routes.NONE;
    private long routesVersion;
    private int busy;
    private boolean watching;

    Worker(
            EventLoop loop,
            SessionSettings settings,
            Shared shared,
            BackendConnector connector,
            DrainWatch.Part drains) {
        this.loop = loop;
        this.settings = settings;
        this.shared = shared;
        this.connector = connector;
        this.choice = new RouteChoice(settings.cell());
        this.drains = drains;
    }

    /** What all workers of a gateway have in common; safe on every thread. */
    record Shared(
            CancelRegistry cancels, SessionCounters counters, java.util.function.Consumer<String> forgetVerifier) {}

    EventLoop loop() {
        return loop;
    }

    Logger log() {
        return log;
    }

    TextReader texts() {
        return texts;
    }

    CancelRegistry cancels() {
        return shared.cancels();
    }

    SessionCounters counters() {
        return shared.counters();
    }

    BackendConnector connector() {
        return connector;
    }

    long nanoTime() {
        return loop.ticker().nanoTime();
    }

    void forgetVerifier(String role) {
        shared.forgetVerifier().accept(role);
    }

    // ---- routes

    long routesVersion() {
        return routesVersion;
    }

    /** A newer picture of the cluster. */
    void routesChanged(Routes newer) {
        routes = newer;
        routesVersion++;
        for (Session session : Set.copyOf(sessions)) {
            session.routesChanged();
        }
        for (Session session : queue.inOrder()) {
            session.proceed();
        }
        checkDrain();
    }

    Optional<Backend> choose(Session session) {
        return choice.choose(session.role(), routes, place -> attached.getOrDefault(place, 0));
    }

    boolean isPrimary(Backend place) {
        return routes.primary().isPresent() && routes.primary().get().equals(place);
    }

    boolean isFit(Session session) {
        Backend place = session.place();
        if (place == null) {
            return false;
        }
        // Without an open gate the server that was primary may be it again in a moment: waiting is decided elsewhere.
        boolean undecided =
                session.role() != PortRole.READ_ONLY && routes.primary().isEmpty();
        return undecided || choice.isFit(session.role(), routes, place);
    }

    boolean isDeposed(Session session, Backend place) {
        return session.role() != PortRole.READ_ONLY && routes.primary().isPresent() && !isPrimary(place);
    }

    /** Whether the session may not begin anything new now. */
    boolean holds(Session session) {
        if (session.role() != PortRole.READ_ONLY) {
            return routes.primary().isEmpty() || routes.drain().isPresent();
        }
        Backend place = session.place();
        if (place == null) {
            place = choose(session).orElse(null);
        }
        return place == null || (routes.drain().isPresent() && isPrimary(place));
    }

    String whyHeld(Session session) {
        if (routes.drain().isPresent()) {
            return "A planned switchover is in progress and has not ended";
        }
        return session.role() == PortRole.READ_ONLY
                ? "There is neither a replica nor a primary with an open gate"
                : "There is no primary with an open gate";
    }

    // ---- drain

    void busy(int change) {
        busy += change;
        if (busy == 0) {
            checkDrain();
        }
    }

    private void checkDrain() {
        if (busy == 0) {
            routes.drain().ifPresent(drains::idle);
        }
    }

    // ---- holding

    void held(Session session) {
        queue.add(session);
        if (!watching) {
            watching = true;
            watch();
        }
    }

    void unheld(Session session) {
        queue.remove(session);
    }

    /** One timer for all held sessions, and none while there are none. */
    private void watch() {
        long limitMillis = settings.holdLimit().toMillis();
        loop.schedule(
                () -> {
                    long overdue = nanoTime() - TimeUnit.MILLISECONDS.toNanos(limitMillis);
                    for (Session session : queue.heldSince(overdue)) {
                        queue.remove(session);
                        session.holdExpired(limitMillis);
                    }
                    watching = !queue.isEmpty();
                    if (watching) {
                        watch();
                    }
                },
                Math.clamp(limitMillis / 20, 5, 100),
                TimeUnit.MILLISECONDS);
    }

    void retrySoon(Session session) {
        loop.schedule(session::proceed, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    int waiting() {
        return queue.size();
    }

    // ---- sessions

    void opened(Session session) {
        sessions.add(session);
        counters().sessions(1);
    }

    void closed(Session session) {
        queue.remove(session);
        if (sessions.remove(session)) {
            counters().sessions(-1);
        }
    }

    void attached(Backend place) {
        attached.merge(place, 1, Integer::sum);
    }

    void released(Backend place) {
        attached.computeIfPresent(place, (key, count) -> count == 1 ? null : count - 1);
    }

    void shutDown() {
        for (Session session : Set.copyOf(sessions)) {
            session.shutDown();
        }
    }
}
