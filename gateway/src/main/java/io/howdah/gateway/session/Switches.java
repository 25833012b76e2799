package io.howdah.gateway.session;

import io.howdah.gateway.console.OperatorState;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What an operator has switched off. Safe on every thread. */
final class Switches {
    private final Set<String> paused = ConcurrentHashMap.newKeySet();
    private final Set<String> disabled = ConcurrentHashMap.newKeySet();
    private volatile boolean allPaused;
    /** Spares ordinary requests the look into the sets. */
    private volatile boolean anyPaused;

    OperatorState state() {
        return new OperatorState(allPaused, Set.copyOf(paused), Set.copyOf(disabled));
    }

    /** Switches the same off, besides what is off already. */
    void restore(OperatorState state) {
        state.disabled().forEach(this::disable);
        state.paused().forEach(this::pause);
        if (state.allPaused()) {
            pauseAll();
        }
    }

    boolean isPaused(String database) {
        return anyPaused && (allPaused || paused.contains(database));
    }

    boolean isAllPaused() {
        return allPaused;
    }

    boolean isDisabled(String database) {
        return disabled.contains(database);
    }

    void pause(String database) {
        paused.add(database);
        anyPaused = true;
    }

    void pauseAll() {
        allPaused = true;
        anyPaused = true;
    }

    /** Says whether it was paused. */
    boolean resume(String database) {
        boolean was = paused.remove(database);
        anyPaused = allPaused || !paused.isEmpty();
        return was;
    }

    boolean resumeAll() {
        boolean was = anyPaused;
        paused.clear();
        allPaused = false;
        anyPaused = false;
        return was;
    }

    void disable(String database) {
        disabled.add(database);
    }

    void enable(String database) {
        disabled.remove(database);
    }
}
