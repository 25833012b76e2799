package io.howdah.gateway.session;

import io.howdah.postgres.wire.Bytes;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which session a cancel request means. Shared by all event loops of a gateway; safe on every thread. */
final class CancelRegistry {
    /** No server process has such an id: Linux ends at 2 to the 22nd. */
    private static final int SMALLEST_PID = 1 << 23;

    private final Map<Integer, Session> sessions = new ConcurrentHashMap<>();
    private final SecureRandom random;
    private volatile CancelForward elsewhere =
            CancelForward.NOWHERE; // set when the process starts, read by the event loops

    CancelRegistry(SecureRandom random) {
        this.random = random;
    }

    Bytes newSecret(int length) {
        byte[] secret = new byte[length];
        random.nextBytes(secret);
        return Bytes.of(secret);
    }

    /** Gives the session a process id that no other session of this gateway has. */
    int register(Session session) {
        while (true) {
            int pid = random.nextInt(SMALLEST_PID, Integer.MAX_VALUE);
            if (sessions.putIfAbsent(pid, session) == null) {
                return pid;
            }
        }
    }

    void remove(int pid) {
        sessions.remove(pid);
    }

    void forwardTo(CancelForward others) {
        elsewhere = others;
    }

    /**
     * Carries a request out here, or passes it on to whoever may have the session.
     *
     * @param done called on any thread once the request has been dealt with, or nobody has such a session
     */
    void cancel(int pid, Bytes secret, Runnable done) {
        Session session = sessions.get(pid);
        if (session == null || !session.cancellation().matches(secret)) {
            elsewhere.forward(pid, secret, done);
        } else {
            session.loop().execute(() -> session.cancel(done));
        }
    }
}
