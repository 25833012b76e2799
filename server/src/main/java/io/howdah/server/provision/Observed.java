package io.howdah.server.provision;

import java.util.Map;
import java.util.Optional;

/**
 * What exists now.
 *
 * @param running the cluster's processes by component
 * @param staleClaims what became of processes that a pid file still names, by component
 * @param configurations the texts of {@code run/*.yaml}, by component
 */
record Observed(
        Map<String, RunningProcess> running, Map<String, String> staleClaims, Map<String, String> configurations) {
    Observed {
        running = Map.copyOf(running);
        staleClaims = Map.copyOf(staleClaims);
        configurations = Map.copyOf(configurations);
    }

    Optional<RunningProcess> running(Component component) {
        return Optional.ofNullable(running.get(component.name()));
    }
}
