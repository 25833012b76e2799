package io.howdah.gateway.session;

import io.howdah.gateway.balance.ReadSplit;
import io.howdah.gateway.cache.QueryCache;
import io.howdah.gateway.pool.Pools;
import io.howdah.gateway.route.Routes;
import io.howdah.kernel.model.Cell;
import java.util.Optional;

/** One cluster as one event loop has it: the picture that sessions go by, and the connections to its servers. Used on that loop only. */
final class ClusterPart {
    private final Cluster cluster;
    private final Pools pools;
    private final Preparation preparation;
    private final ClusterPicture picture;
    private final DrainWatch.Part drains;
    private int busy;

    ClusterPart(Cluster cluster, Pools pools, Cell cell, Worker.Shared shared) {
        this.cluster = cluster;
        this.pools = pools;
        this.drains = cluster.drains();
        this.preparation = new Preparation(pools, cluster.preparations());
        this.picture = new ClusterPicture(cell, pools, preparation, shared);
    }

    /** How the gateway reaches it. */
    ClusterAccess access() {
        return cluster.access();
    }

    Pools pools() {
        return pools;
    }

    /** Who may be led where. */
    ClusterPicture picture() {
        return picture;
    }

    /** What leads reads to replicas; empty when nothing does. */
    Optional<ReadSplit> split() {
        return cluster.access().split();
    }

    /** Answers that may be given again; empty when nothing is cached. */
    Optional<QueryCache> cache() {
        return cluster.access().cache();
    }

    /** The pools go by a newer picture. */
    void routesChanged(Routes newer) {
        preparation.routesChanged(newer);
        pools.closeUnless(picture::isFit);
        pools.sendAway(picture::isHeldUp);
    }

    // ---- drain

    void busy(int change) {
        busy += change;
        if (busy == 0) {
            checkDrain();
        }
    }

    void checkDrain() {
        if (busy == 0) {
            picture.drain().ifPresent(drains::idle);
        }
    }
}
