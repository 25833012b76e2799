package io.howdah.server.node;

import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Role;
import java.util.Collection;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Answers the health checks that load balancers configured for Patroni ask for, with its paths, status codes and the keys
 * that scripts read (Patroni documentation, REST API). Needs no secret: it tells roles and positions only.
 */
final class PatroniHealth {
    private static final Map<String, Predicate<NodeStatus>> CHECKS = Map.ofEntries(
            Map.entry("/", PatroniHealth::isPrimary),
            Map.entry("/primary", PatroniHealth::isPrimary),
            Map.entry("/master", PatroniHealth::isPrimary),
            Map.entry("/read-write", PatroniHealth::isPrimary),
            Map.entry("/leader", PatroniHealth::isPrimary),
            Map.entry("/replica", PatroniHealth::isReplica),
            Map.entry("/read-only", status -> isPrimary(status) || isReplica(status)),
            Map.entry("/health", PatroniHealth::isRunning),
            Map.entry("/liveness", status -> true),
            Map.entry("/readiness", status -> isPrimary(status) || isReplica(status)));

    private final Supplier<NodeStatus> self;
    private final Supplier<Collection<NodeStatus>> cluster;
    private final String clusterName;

    PatroniHealth(String clusterName, Supplier<NodeStatus> self, Supplier<Collection<NodeStatus>> cluster) {
        this.clusterName = clusterName;
        this.self = self;
        this.cluster = cluster;
    }

    void register(HttpRouting.Builder rules) {
        CHECKS.forEach((path, check) -> {
            Handler handler = answering(check);
            rules.get(path, handler).head(path, handler).options(path, handler);
        });
        rules.get("/patroni", answering(status -> true));
        rules.get(
                "/cluster",
                (request, response) ->
                        response.header("Content-Type", "application/json").send(clusterDocument()));
    }

    /** The same answers for clients that speak HTTP/1.0. */
    OldHttpHealthChecks.Answer answer(String path) {
        Predicate<NodeStatus> check = CHECKS.get(path.split("\\?", 2)[0]);
        NodeStatus status = self.get();
        if (check == null) {
            return new OldHttpHealthChecks.Answer(404, "{}\n");
        }
        return new OldHttpHealthChecks.Answer(
                check.test(status) ? 200 : 503, PatroniDocuments.node(clusterName, status));
    }

    private Handler answering(Predicate<NodeStatus> check) {
        return (request, response) -> {
            NodeStatus status = self.get();
            response.status(check.test(status) ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503)
                    .header("Content-Type", "application/json")
                    .send(PatroniDocuments.node(clusterName, status));
        };
    }

    private String clusterDocument() {
        return PatroniDocuments.cluster(clusterName, cluster.get());
    }

    private static boolean isPrimary(NodeStatus status) {
        return status.role() == Role.PRIMARY && status.gateOpen();
    }

    private static boolean isReplica(NodeStatus status) {
        return status.role() == Role.STANDBY && status.state() == NodeState.STREAMING;
    }

    private static boolean isRunning(NodeStatus status) {
        return status.postgresProcessId() != 0 && status.position().isPresent();
    }
}
