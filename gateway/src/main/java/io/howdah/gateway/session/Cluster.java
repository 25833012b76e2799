package io.howdah.gateway.session;

import io.howdah.gateway.route.RouteSource;

/** One cluster as the whole gateway has it; what an event loop has of it is its {@link ClusterPart}. Safe on every thread. */
final class Cluster {
    private final ClusterAccess access;
    private final DrainWatch drains;
    private final DrainWatch preparations;

    Cluster(ClusterAccess access) {
        this.access = access;
        this.drains = new DrainWatch(access.routes()::drained);
        this.preparations = new DrainWatch(access.routes()::drained);
    }

    ClusterAccess access() {
        return access;
    }

    RouteSource routes() {
        return access.routes();
    }

    String name() {
        return access.name();
    }

    DrainWatch.Part drains() {
        return drains.part();
    }

    DrainWatch.Part preparations() {
        return preparations.part();
    }
}
