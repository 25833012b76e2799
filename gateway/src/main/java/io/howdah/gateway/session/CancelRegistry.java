package io.howdah.gateway.session;

import io.howdah.postgres.wire.Bytes;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which session a cancel request means. Shared by all event loops of a gateway. */
final class CancelRegistry {
    private final Map<Integer, Session> sessions = new ConcurrentHashMap<>();
    private final SecureRandom random;

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
            int pid = random.nextInt(1, Integer.MAX_VALUE);
            if (sessions.putIfAbsent(pid, session) == null) {
                return pid;
            }
        }
    }

    void remove(int pid) {
        sessions.remove(pid);
    }

    Optional<Session> find(int pid) {
        return Optional.ofNullable(sessions.get(pid));
    }
}
