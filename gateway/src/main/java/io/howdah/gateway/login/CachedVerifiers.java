package io.howdah.gateway.login;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifiers with a short memory, so that a burst of log-ins asks once and log-ins go on during an election. A stale verifier can let
 * nobody in who should not be: it is marked as not certain, and then the server itself checks the log-in with the keys recovered from it.
 */
public final class CachedVerifiers implements VerifierSource {
    private static final Logger LOG = LoggerFactory.getLogger(CachedVerifiers.class);
    private static final Duration RENEWAL = Duration.ofMillis(500);
    private static final int MAX_ROLES = 1_000;

    private final VerifierFetch fetch;
    private final Executor blocking;
    private final LongSupplier nanoTime;
    private final long freshNanos;
    private final Map<String, Known> entries = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MAX_ROLES;
        }
    };
    private final Map<String, CompletableFuture<Optional<Found>>> running = new LinkedHashMap<>();

    private record Known(StoredPassword verifier, long fetchedNanos) {}

    /**
     * @param fetch asks a server
     * @param blocking runs {@code fetch}: one virtual thread per task
     * @param nanoTime a clock as {@link System#nanoTime}
     * @param fresh for how long an answer is used without asking again; afterwards it is used only while no server answers
     */
    public CachedVerifiers(VerifierFetch fetch, Executor blocking, LongSupplier nanoTime, Duration fresh) {
        this.fetch = fetch;
        this.blocking = blocking;
        this.nanoTime = nanoTime;
        this.freshNanos = fresh.toNanos();
    }

    @Override
    public CompletionStage<Optional<Found>> verifier(String role) {
        CompletableFuture<Optional<Found>> answer;
        synchronized (this) {
            Known entry = entries.get(role);
            if (entry != null && nanoTime.getAsLong() - entry.fetchedNanos < freshNanos) {
                return CompletableFuture.completedFuture(Optional.of(new Found(entry.verifier, true)));
            }
            CompletableFuture<Optional<Found>> other = running.get(role);
            if (other != null) {
                return other;
            }
            answer = new CompletableFuture<>();
            running.put(role, answer);
        }
        blocking.execute(() -> ask(role, answer));
        return answer;
    }

    @Override
    public synchronized void changed(String role) {
        entries.remove(role);
        // What is being asked now may have been answered before the change.
        running.remove(role);
    }

    /** Guessers of passwords cannot make the gateway ask a server more often than {@link #RENEWAL} allows. */
    @Override
    public synchronized void forget(String role) {
        Known entry = entries.get(role);
        if (entry != null && nanoTime.getAsLong() - entry.fetchedNanos >= RENEWAL.toNanos()) {
            entries.remove(role);
        }
    }

    private void ask(String role, CompletableFuture<Optional<Found>> answer) {
        try {
            Optional<StoredPassword> verifier = fetch.fetch(role);
            synchronized (this) {
                running.remove(role);
                verifier.ifPresentOrElse(
                        found -> entries.put(role, new Known(found, nanoTime.getAsLong())), () -> entries.remove(role));
            }
            answer.complete(verifier.map(found -> new Found(found, true)));
        } catch (RuntimeException e) {
            Known stale;
            synchronized (this) {
                running.remove(role);
                stale = entries.get(role);
            }
            if (stale != null) {
                LOG.debug("no server could be asked for the verifier of a role; the last known one is used", e);
                answer.complete(Optional.of(new Found(stale.verifier, false)));
            } else {
                answer.completeExceptionally(e);
            }
        }
    }
}
