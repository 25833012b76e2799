package io.howdah.gateway.session;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What happened to sessions, counted by all event loops. Nothing here is touched for ordinary statements. */
public final class SessionCounters {
    final AtomicInteger sessions = new AtomicInteger();
    final LongAdder logins = new LongAdder();
    final LongAdder refusedLogins = new LongAdder();
    final LongAdder holds = new LongAdder();
    final LongAdder holdTimeouts = new LongAdder();
    final LongAdder waits = new LongAdder();
    final LongAdder waitTimeouts = new LongAdder();
    private final Map<Pin, LongAdder> pins = new EnumMap<>(Pin.class);
    final LongAdder moves = new LongAdder();
    final LongAdder backendLosses = new LongAdder();
    final LongAdder unknownOutcomes = new LongAdder();
    final LongAdder retryableOutcomes = new LongAdder();
    final LongAdder unconfirmedCommits = new LongAdder();
    final LongAdder brokenReplies = new LongAdder();
    final LongAdder protocolViolations = new LongAdder();
    final LongAdder cancels = new LongAdder();
    final LongAdder replayFailures = new LongAdder();
    final LongAdder lostListeners = new LongAdder();
    final LongAdder routeUpdates = new LongAdder();

    SessionCounters() {
        for (Pin pin : Pin.values()) {
            pins.put(pin, new LongAdder());
        }
    }

    /** A client keeps its connection for these reasons. */
    void pinned(Set<Pin> reasons) {
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

    void sessions(int change) {
        sessions.addAndGet(change);
    }

    void count(BackendLoss loss) {
        (loss.unknown() ? unknownOutcomes : retryableOutcomes).increment();
    }

    /** The figures of this moment. */
    public Snapshot snapshot() {
        return new Snapshot(
                sessions.get(),
                logins.sum(),
                refusedLogins.sum(),
                holds.sum(),
                holdTimeouts.sum(),
                waits.sum(),
                waitTimeouts.sum(),
                pinCounts(),
                moves.sum(),
                backendLosses.sum(),
                unknownOutcomes.sum(),
                retryableOutcomes.sum(),
                unconfirmedCommits.sum(),
                brokenReplies.sum(),
                protocolViolations.sum(),
                cancels.sum(),
                replayFailures.sum(),
                lostListeners.sum(),
                routeUpdates.sum());
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
            long routeUpdates) {
        public Snapshot {
            pins = Map.copyOf(pins);
        }
    }
}
