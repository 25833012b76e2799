package io.howdah.gateway.session;

import io.howdah.gateway.pool.PoolContext;
import io.howdah.gateway.pool.Pools;
import io.howdah.kernel.model.Cell;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The clusters as one event loop has them, and where each database is. Used on that loop only. */
final class ClusterParts {
    private final Cell cell;
    private final PoolContext context;
    private final Worker.Shared shared;
    private final Map<Cluster, ClusterPart> parts = new LinkedHashMap<>();
    private Arrangement arrangement;

    ClusterParts(Cell cell, PoolContext context, Worker.Shared shared, Arrangement arrangement) {
        this.cell = cell;
        this.context = context;
        this.shared = shared;
        this.arrangement = arrangement;
        addNew();
    }

    private void addNew() {
        for (Cluster cluster : arrangement.clusters().values()) {
            parts.computeIfAbsent(
                    cluster, added -> new ClusterPart(added, new Pools(context, shared.allotments()), cell, shared));
        }
    }

    /** Null for a cluster that is not served any more. */
    @Nullable
    ClusterPart find(Cluster cluster) {
        return parts.get(cluster);
    }

    /** Where a database is. */
    Site site(String database) {
        ClusterPart part = parts.get(arrangement.cluster(database));
        if (part == null) {
            throw new IllegalStateException("the cluster of database " + database + " is not served here");
        }
        return new Site(part, arrangement.nameThere(database));
    }

    /** The pools of each cluster. */
    List<Pools> pools() {
        return parts.values().stream().map(ClusterPart::pools).toList();
    }

    /** Other clusters, and databases elsewhere, are in force for {@link #site}; what is superfluous is closed by {@link #tidy}. */
    void arrange(Arrangement newer) {
        arrangement = newer;
        addNew();
    }

    /** Closes the connections to databases that are elsewhere now, and forgets clusters that are not served any more. */
    void tidy() {
        for (ClusterPart part : parts.values()) {
            part.pools().closeUnless(key -> site(key.database()).equals(new Site(part, key.databaseThere())));
        }
        parts.keySet().retainAll(arrangement.clusters().values());
    }
}
