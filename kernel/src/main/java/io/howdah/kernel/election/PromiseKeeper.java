package io.howdah.kernel.election;

import io.howdah.kernel.model.Promise;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What is on disk and what is on its way there. One write is outstanding at a time; a change made meanwhile waits and is
 * merged. Refusals look at the latest intention, replies that bind the node only at what is durable.
 */
final class PromiseKeeper {
    private Promise durable;
    private Optional<Promise> writing = Optional.empty();
    private Optional<Promise> queued = Optional.empty();

    PromiseKeeper(Promise restored) {
        this.durable = restored;
    }

    Promise durable() {
        return durable;
    }

    Promise latest() {
        return queued.or(() -> writing).orElse(durable);
    }

    /** Plans a change; the write to begin now, if there is one. */
    Optional<Promise> change(UnaryOperator<Promise> change) {
        Promise before = latest();
        Promise after = change.apply(before);
        if (after.term().isBefore(before.term())) {
            throw new IllegalStateException("a promise cannot be taken back: %s to %s".formatted(before, after));
        }
        if (after.equals(before)) {
            return Optional.empty();
        }
        if (writing.isPresent()) {
            queued = Optional.of(after);
            return Optional.empty();
        }
        writing = Optional.of(after);
        return writing;
    }

    /** The same, but even a promise that stays the same is written and confirmed: somebody waits for that. */
    Optional<Promise> changeAndConfirm(UnaryOperator<Promise> change) {
        boolean quiet = writing.isEmpty();
        Optional<Promise> write = change(change);
        if (quiet && write.isEmpty()) {
            writing = Optional.of(durable);
            return writing;
        }
        return write;
    }

    /** Notes that a write is durable; the next write to begin, if there is one. */
    Optional<Promise> persisted(Promise promise) {
        if (writing.filter(promise::equals).isEmpty()) {
            return Optional.empty();
        }
        durable = promise;
        writing = queued;
        queued = Optional.empty();
        return writing;
    }
}
