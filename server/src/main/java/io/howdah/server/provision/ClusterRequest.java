package io.howdah.server.provision;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a user asked {@code up} for.
 *
 * @param nodes absent: as the cluster is, or 3 for a new one
 * @param cells empty: as the cluster is, or one per node for a new one
 * @param postgresBinaries the directory with postgres and initdb; absent: look for it
 */
public record ClusterRequest(OptionalInt nodes, List<String> cells, Optional<String> postgresBinaries) {
    /** Everything as it is, or as it is by default. */
    public static final ClusterRequest DEFAULT = new ClusterRequest(OptionalInt.empty(), List.of(), Optional.empty());

    public ClusterRequest {
        cells = List.copyOf(cells);
    }

    /** What is wrong with the request whatever cluster it is for; empty when nothing is. */
    public List<Problem> problems() {
        return ClusterShape.check(this);
    }
}
