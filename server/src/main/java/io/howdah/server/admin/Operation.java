package io.howdah.server.admin;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One run of something that takes time: what it has done so far and how it ended.
 *
 * <pre>
 * RUNNING -> SUCCEEDED   with a result
 *         -> FAILED      with an error
 * </pre>
 *
 * <p>Written by the thread that runs it, read by any; readers may wait for news. Each change is told to the journal before
 * readers see it.
 */
@ThreadSafe
final class Operation {
    /** Makes each change durable; called with the operation's lock held. */
    interface Journal {
        void event(OperationEvent event);

        void succeeded(ObjectNode result);

        void failed(OperationFailure failure);
    }

    private final String id;
    private final OperationKind kind;
    private final Clock clock;
    private final Journal journal;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();

    @GuardedBy("lock")
    private final List<OperationEvent> events = new ArrayList<>();

    @GuardedBy("lock")
    private OperationState state = OperationState.RUNNING;

    @GuardedBy("lock")
    private Optional<ObjectNode> result = Optional.empty();

    @GuardedBy("lock")
    private Optional<OperationFailure> failure = Optional.empty();

    @GuardedBy("lock")
    private Optional<String> givenUp = Optional.empty();

    Operation(String id, OperationKind kind, Clock clock, Journal journal) {
        this.id = id;
        this.kind = kind;
        this.clock = clock;
        this.journal = journal;
    }

    String id() {
        return id;
    }

    OperationKind kind() {
        return kind;
    }

    void event(String component, String message) {
        add(clock.instant(), component, message);
    }

    /** Adds an event of the past, when an operation is read back. */
    void add(Instant time, String component, String message) {
        lock.lock();
        try {
            OperationEvent event = new OperationEvent(events.size() + 1L, time, component, message);
            journal.event(event);
            events.add(event);
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void succeed(ObjectNode value) {
        lock.lock();
        try {
            requireRunning();
            journal.succeeded(value);
            state = OperationState.SUCCEEDED;
            result = Optional.of(value);
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void fail(OperationFailure why) {
        lock.lock();
        try {
            requireRunning();
            journal.failed(why);
            state = OperationState.FAILED;
            failure = Optional.of(why);
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Says why this operation is about to be interrupted. */
    void giveUp(String why) {
        lock.lock();
        try {
            givenUp = Optional.of(why);
        } finally {
            lock.unlock();
        }
    }

    /** Why this operation was interrupted, if somebody did that on purpose. */
    Optional<String> givenUp() {
        lock.lock();
        try {
            return givenUp;
        } finally {
            lock.unlock();
        }
    }

    boolean isRunning() {
        lock.lock();
        try {
            return state == OperationState.RUNNING;
        } finally {
            lock.unlock();
        }
    }

    /** Why it failed; empty while it runs and when it succeeded. */
    Optional<OperationFailure> failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is an event after the given one or the operation has ended, at most as long as told. */
    void awaitNews(long afterSequence, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long remainingNanos = patience.toNanos();
            while (state == OperationState.RUNNING && events.size() <= afterSequence && remainingNanos > 0) {
                remainingNanos = news.awaitNanos(remainingNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The document that the Admin API gives, with the events after the given sequence. */
    ObjectNode toJson(long afterSequence) {
        lock.lock();
        try {
            ObjectNode document =
                    Json.object().put("id", id).put("kind", kind.word()).put("state", state.word());
            ArrayNode list = document.putArray("events");
            events.stream()
                    .filter(event -> event.sequence() > afterSequence)
                    .forEach(event -> list.addObject()
                            .put("sequence", event.sequence())
                            .put("time", event.time().toString())
                            .put("component", event.component())
                            .put("message", event.message()));
            result.ifPresentOrElse(value -> document.set("result", value), () -> document.putNull("result"));
            failure.ifPresentOrElse(value -> document.set("error", toJson(value)), () -> document.putNull("error"));
            return document;
        } finally {
            lock.unlock();
        }
    }

    static ObjectNode toJson(OperationFailure failure) {
        ObjectNode error = Json.object()
                .put("title", failure.title())
                .put("detail", failure.detail())
                .put("hint", failure.hint());
        ArrayNode tail = error.putArray("log_tail");
        failure.logTail().forEach(tail::add);
        return error;
    }

    @GuardedBy("lock")
    private void requireRunning() {
        if (state != OperationState.RUNNING) {
            throw new IllegalStateException("operation %s is %s already".formatted(id, state.word()));
        }
    }
}
