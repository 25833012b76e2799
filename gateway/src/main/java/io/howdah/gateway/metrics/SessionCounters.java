package io.howdah.gateway.metrics;

import io.howdah.gateway.state.Pin;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What happened to sessions, counted by all event loops. Nothing here is touched for ordinary statements. */
public final class SessionCounters {
    private final AtomicInteger sessions = new AtomicInteger();
    private final Map<SessionEvent, LongAdder> events = new EnumMap<>(SessionEvent.class);
    private final Map<Pin, LongAdder> pins = new EnumMap<>(Pin.class);

    public SessionCounters() {
        for (SessionEvent event : SessionEvent.values()) {
            events.put(event, new LongAdder());
        }
        for (Pin pin : Pin.values()) {
            pins.put(pin, new LongAdder());
        }
    }

    public void count(SessionEvent event) {
        LongAdder count = events.get(event);
        if (count != null) {
            count.increment();
        }
    }

    private long sum(SessionEvent event) {
        LongAdder count = events.get(event);
        return count == null ? 0 : count.sum();
    }

    /** A client keeps its connection for these reasons. */
    public void pinned(Set<Pin> reasons) {
        for (Pin pin : reasons) {
            LongAdder count = pins.get(pin);
            if (count != null) {
                count.increment();
            }
        }
    }

    private Map<String, Long> pinCounts() {
        Map<String, Long> counts = new TreeMap<>();
        pins.forEach((pin, count) -> {
            if (count.sum() > 0) {
                counts.put(pin.name().toLowerCase(Locale.ROOT), count.sum());
            }
        });
        return counts;
    }

    public void sessions(int change) {
        sessions.addAndGet(change);
    }

    /** The figures of this moment. */
    public Snapshot snapshot() {
        return new Snapshot(
                sessions.get(),
                sum(SessionEvent.LOGIN),
                sum(SessionEvent.REFUSED_LOGIN),
                sum(SessionEvent.HOLD),
                sum(SessionEvent.HOLD_TIMEOUT),
                sum(SessionEvent.WAIT),
                sum(SessionEvent.WAIT_TIMEOUT),
                pinCounts(),
                sum(SessionEvent.MOVE),
                sum(SessionEvent.BACKEND_LOSS),
                sum(SessionEvent.UNKNOWN_OUTCOME),
                sum(SessionEvent.RETRYABLE_OUTCOME),
                sum(SessionEvent.UNCONFIRMED_COMMIT),
                sum(SessionEvent.BROKEN_REPLY),
                sum(SessionEvent.PROTOCOL_VIOLATION),
                sum(SessionEvent.CANCEL),
                sum(SessionEvent.REPLAY_FAILURE),
                sum(SessionEvent.LOST_LISTENER),
                sum(SessionEvent.ROUTE_UPDATE),
                sum(SessionEvent.REPLICA_READ),
                sum(SessionEvent.READ_RETRIED),
                sum(SessionEvent.INTERNAL_ERROR));
    }

    /**
     * @param sessions clients that are logged in now
     * @param logins successful log-ins
     * @param refusedLogins log-ins with a wrong password or an unknown user
     * @param holds statements that had to wait for a server
     * @param holdTimeouts statements and connections that waited in vain
     * @param waits statements that had to wait until another client gave a server connection back
     * @param waitTimeouts statements and connections that waited for one in vain
     * @param pins how often a client kept its server connection after a transaction, by reason
     * @param moves sessions that got another server
     * @param backendLosses servers' connections that broke under a session
     * @param unknownOutcomes statements answered with 08007
     * @param retryableOutcomes requests and transactions answered with 40001
     * @param unconfirmedCommits commits whose wait for a quorum was cut short
     * @param brokenReplies clients closed because a server vanished in the middle of a row
     * @param protocolViolations clients closed because of bytes that are not the protocol
     * @param cancels cancel requests with a known process id
     * @param replayFailures settings and prepared statements that a new server refused
     * @param lostListeners clients closed because their LISTEN registrations were lost
     * @param routeUpdates pictures of the cluster that took effect, counted once for each event loop
     * @param replicaReads requests and transactions that the port auto led to a replica
     * @param readsRetried those that the replica did not serve, so that the primary did
     * @param internalErrors connections closed because of a mistake of the gateway's own; the log has it
     */
    public record Snapshot(
            int sessions,
            long logins,
            long refusedLogins,
            long holds,
            long holdTimeouts,
            long waits,
            long waitTimeouts,
            Map<String, Long> pins,
            long moves,
            long backendLosses,
            long unknownOutcomes,
            long retryableOutcomes,
            long unconfirmedCommits,
            long brokenReplies,
            long protocolViolations,
            long cancels,
            long replayFailures,
            long lostListeners,
            long routeUpdates,
            long replicaReads,
            long readsRetried,
            long internalErrors) {
        public Snapshot {
            pins = Map.copyOf(pins);
        }
    }
}
