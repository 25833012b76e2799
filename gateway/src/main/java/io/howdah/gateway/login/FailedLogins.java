package io.howdah.gateway.login;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps guessers of passwords waiting: whoever has failed too often from one address for one role is refused until the window is over,
 * without a look at the password. Remembers the latest few thousand. Safe on every thread.
 */
public final class FailedLogins {
    private static final int REMEMBERED = 10_000;

    private final int permitted;
    private final long windowNanos;
    private final Map<Guesser, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Guesser, Failures> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record Guesser(Optional<InetAddress> address, String user) {
        static Guesser of(SocketAddress remote, String user) {
            return new Guesser(
                    remote instanceof InetSocketAddress internet
                            ? Optional.ofNullable(internet.getAddress())
                            : Optional.empty(),
                    user);
        }
    }

    private record Failures(int count, long sinceNanos) {}

    /** @param permitted how many failures within the window are forgiven */
    public FailedLogins(int permitted, Duration window) {
        this.permitted = permitted;
        this.windowNanos = window.toNanos();
    }

    synchronized boolean mustWait(SocketAddress remote, String user, long nowNanos) {
        Failures found = failures.get(Guesser.of(remote, user));
        return found != null && found.count >= permitted && nowNanos - found.sinceNanos < windowNanos;
    }

    synchronized void failed(SocketAddress remote, String user, long nowNanos) {
        failures.compute(Guesser.of(remote, user), (guesser, before) -> {
            boolean over = before == null || nowNanos - before.sinceNanos >= windowNanos;
            return over ? new Failures(1, nowNanos) : new Failures(before.count + 1, before.sinceNanos);
        });
    }

    synchronized void succeeded(SocketAddress remote, String user) {
        failures.remove(Guesser.of(remote, user));
    }
}
