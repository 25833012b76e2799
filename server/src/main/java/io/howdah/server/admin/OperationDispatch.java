package io.howdah.server.admin;

import io.howdah.server.http.Problem;
import io.howdah.server.http.ProblemException;

/** Starts what a request asks for; the one place that knows all kinds. Any thread. */
final class OperationDispatch {
    private final ClusterService service;
    private final DatabaseService databases;
    private final Operations operations;

    OperationDispatch(ClusterService service, DatabaseService databases, Operations operations) {
        this.service = service;
        this.databases = databases;
        this.operations = operations;
    }

    /** @throws ProblemException when it is refused at once */
    Operation start(OperationRequest wanted) {
        return switch (wanted) {
            case OperationRequest.Up up -> service.up(up.cluster());
            case OperationRequest.Promote promote -> service.promote(promote);
            case OperationRequest.Demote demote -> service.demote(demote);
            case OperationRequest.Down _ -> service.down();
            case OperationRequest.Switchover switchover -> service.switchover(switchover);
            case OperationRequest.NodeAdd add -> service.addNode(add);
            case OperationRequest.NodeAdopt adopt -> service.adoptNode(adopt);
            case OperationRequest.NodeRemove remove -> service.removeNode(remove);
            case OperationRequest.NodeRestart restart -> service.restartNode(restart);
            case OperationRequest.NodeRebuild rebuild -> service.rebuildNode(rebuild);
            case OperationRequest.NodeTag tag -> service.tagNode(tag);
            case OperationRequest.GatewayRestart restart -> service.restartGateway(restart);
            case OperationRequest.GatewayReload reload -> service.reloadGateway(reload);
            case OperationRequest.Failover failover -> service.failover(failover);
            case OperationRequest.RecoverQuorum recover -> service.recoverQuorum(recover);
            case OperationRequest.Config config -> service.configure(config);
            case OperationRequest.ClusterAdd add -> databases.add(add);
            case OperationRequest.ClusterRemove remove -> databases.remove(remove);
            case OperationRequest.DatabaseRoute route -> databases.route(route);
            case OperationRequest.DatabaseUnroute unroute -> databases.unroute(unroute);
            case OperationRequest.Pausing pausing -> service.pause(pausing);
        };
    }

    /**
     * Refuses what cannot be scheduled, and what could never be done, whatever happens until its time.
     *
     * @throws ProblemException naming it
     */
    void requireSchedulable(OperationRequest wanted) {
        if (wanted instanceof OperationRequest.Switchover switchover) {
            TargetCheck.requireSuccessor(service.requireCluster(), switchover.target());
        } else if (wanted instanceof OperationRequest.NodeRestart restart) {
            TargetCheck.requireNode(service.requireCluster(), restart.node());
        } else {
            throw new ProblemException(new Problem(
                    400,
                    "not_schedulable",
                    "It cannot be scheduled",
                    "only switchover and node-restart can",
                    "ask for it when its time has come",
                    false));
        }
    }

    /** Whether another operation runs, so that one that is started now would be refused. */
    boolean isBusy() {
        return operations.isBusy();
    }
}
