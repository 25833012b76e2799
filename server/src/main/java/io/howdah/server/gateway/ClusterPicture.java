package io.howdah.server.gateway;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.Routes;
import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Role;
import io.howdah.kernel.model.Term;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Makes routes of what the nodes say. Pure. */
final class ClusterPicture {
    private ClusterPicture() {}

    /** The leader of a term: its gate is open, and nobody with an open gate speaks for a later term. */
    static Optional<NodeStatus> leader(Collection<NodeStatus> statuses) {
        return statuses.stream().filter(NodeStatus::gateOpen).max(Comparator.comparing(NodeStatus::term));
    }

    /** @param cluster by which name the gateway knows it */
    static Routes routes(String cluster, Collection<NodeStatus> statuses) {
        Optional<NodeStatus> leader = leader(statuses);
        Term newest = statuses.stream().map(NodeStatus::term).reduce(Term.ZERO, Term::max);
        List<Backend> replicas = statuses.stream()
                .filter(status -> status.role() == Role.STANDBY
                        && status.state() == NodeState.STREAMING
                        && !status.tags().noLoadBalance())
                .sorted(Comparator.comparing(NodeStatus::node))
                .map(status -> backend(cluster, status))
                .toList();
        Optional<Backend> successor = leader.flatMap(NodeStatus::successor)
                .flatMap(heir -> statuses.stream()
                        .filter(status -> status.node().equals(heir))
                        .findFirst()
                        .map(status -> backend(cluster, status)));
        return new Routes(
                newest,
                leader.map(status -> backend(cluster, status)),
                replicas,
                leader.flatMap(NodeStatus::drain),
                successor);
    }

    private static Backend backend(String cluster, NodeStatus status) {
        return new Backend(cluster, status.node(), status.cell(), status.host(), status.postgresPort());
    }
}
