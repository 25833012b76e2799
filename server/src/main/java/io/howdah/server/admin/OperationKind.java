package io.howdah.server.admin;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can be asked of a cluster. */
enum OperationKind {
    UP,
    DOWN,
    PROMOTE_CLUSTER,
    DEMOTE_CLUSTER,
    SWITCHOVER,
    NODE_ADD,
    NODE_ADOPT,
    NODE_REMOVE,
    NODE_RESTART,
    NODE_REBUILD,
    NODE_TAG,
    GATEWAY_RESTART,
    GATEWAY_RELOAD,
    FAILOVER,
    RECOVER_QUORUM,
    CONFIG,
    CLUSTER_ADD,
    CLUSTER_REMOVE,
    DATABASE_ROUTE,
    DATABASE_UNROUTE,
    PAUSE,
    RESUME;

    /** As it is written in JSON. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<OperationKind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }
}
