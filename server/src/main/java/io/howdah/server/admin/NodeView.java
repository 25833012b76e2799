package io.howdah.server.admin;

import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Role;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import java.time.Duration;
import java.util.Optional;

/**
 * What admin knows about one node at one moment.
 *
 * @param last its last status, however old
 * @param age of that status
 * @param processRuns whether the node's process is in the process list
 */
record NodeView(NodeEntry entry, Link link, Optional<NodeStatus> last, Duration age, boolean processRuns) {
    /** A node says something every 250 ms; after eight silences its word no longer counts. */
    static final Duration STALE_AFTER = Duration.ofSeconds(2);

    /** How the node's status stream is. */
    enum Link {
        /** Not connected yet. */
        UNHEARD,
        CONNECTED,
        /** It ended or fell silent; the process may still be there. */
        SILENT,
        /** Nobody listens there: the process is gone. */
        REFUSED
    }

    /** The status, if it may be believed. */
    Optional<NodeStatus> fresh() {
        return link == Link.CONNECTED && age.compareTo(STALE_AFTER) <= 0 ? last : Optional.empty();
    }

    boolean leads() {
        return fresh().filter(status -> status.gateOpen() && status.role() == Role.PRIMARY)
                .isPresent();
    }

    /** Why there is no status to believe, for a person. */
    String whyNot() {
        String before = last.map(status -> "; %.1f s ago it was %s and %s"
                        .formatted(age.toMillis() / 1000.0, Words.of(status.role()), Words.of(status.state())))
                .orElse("");
        return switch (link) {
            case UNHEARD -> "not heard of yet";
            case CONNECTED, SILENT -> "it does not answer" + before;
            case REFUSED ->
                processRuns ? "its process starts and does not listen yet" : "its process does not run" + before;
        };
    }
}
