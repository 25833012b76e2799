package io.howdah.server.provision;

import io.howdah.server.configuration.RemotePrimary;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a user asked {@code up} for.
 *
 * @param nodes absent: as the cluster is, or 3 for a new one
 * @param cells empty: as the cluster is, or one per node for a new one
 * @param postgresBinaries the directory with postgres and initdb; absent: look for it
 * @param standbyOf for a new cluster: the server of another one whose data it follows
 * @param secretsFrom the other cluster's secrets.yaml: a copy of its data has its roles and passwords
 */
public record ClusterRequest(
        OptionalInt nodes,
        List<String> cells,
        Optional<String> postgresBinaries,
        Optional<RemotePrimary> standbyOf,
        Optional<String> secretsFrom) {
    /** Everything as it is, or as it is by default. */
    public static final ClusterRequest DEFAULT = new ClusterRequest(OptionalInt.empty(), List.of(), Optional.empty());

    /** A cluster in its own right. */
    public ClusterRequest(OptionalInt nodes, List<String> cells, Optional<String> postgresBinaries) {
        this(nodes, cells, postgresBinaries, Optional.empty(), Optional.empty());
    }

    public ClusterRequest {
        cells = List.copyOf(cells);
    }

    /** What is wrong with the request whatever cluster it is for; empty when nothing is. */
    public List<Problem> problems() {
        return ClusterShape.check(this);
    }
}
