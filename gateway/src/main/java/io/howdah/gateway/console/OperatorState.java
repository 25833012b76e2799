package io.howdah.gateway.console;

import java.util.Set;

/** What an operator has switched off: a process that takes another's place must not serve it again. */
public record OperatorState(boolean allPaused, Set<String> paused, Set<String> disabled) {
    public OperatorState {
        paused = Set.copyOf(paused);
        disabled = Set.copyOf(disabled);
    }
}
