package io.howdah.server.admin;

import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.http.Problem;
import io.howdah.server.http.ProblemException;
import java.util.List;

/** Refuses at once the nodes that no request can be about. Pure. */
final class TargetCheck {
    private TargetCheck() {}

    /** @throws ProblemException when nobody of that name could ever lead */
    static void requireSuccessor(ClusterConfiguration configuration, String target) {
        requireNode(configuration, target);
        if (configuration.nodes().size() == 1) {
            throw new ProblemException(new Problem(
                    409,
                    "single_node",
                    "A cluster of one node has nobody to hand over to",
                    "%s is the only node"
                            .formatted(configuration.nodes().getFirst().id()),
                    "make a cluster of 3 nodes: 'howdah up --nodes 3' in another directory",
                    false));
        }
    }

    /** @throws ProblemException when a node is named and there is none of that name */
    static void requireNode(ClusterConfiguration configuration, String name) {
        List<String> names =
                configuration.nodes().stream().map(node -> node.id().value()).toList();
        if (!name.isEmpty() && !names.contains(name)) {
            throw new ProblemException(new Problem(
                    404,
                    "unknown_node",
                    "There is no such node",
                    "'%s' is not a node of this cluster".formatted(name),
                    "its nodes are " + String.join(", ", names),
                    false));
        }
    }
}
