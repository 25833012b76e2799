package io.howdah.bench.suite;

import io.howdah.testkit.cluster.LocalCluster;
import java.net.URI;

/** A cluster's leader and the gateway beside it: two ways to the same server. */
record Endpoints(String password, int server, int gateway) {
    /** @param port {@code read_write} or {@code auto} */
    static Endpoints of(LocalCluster cluster, String port) {
        String leader = cluster.leader().orElseThrow();
        URI gateway = URI.create(cluster.dsn(
                port.equals("auto") ? "auto" : "rw",
                cluster.node(leader).path("cell").stringValue()));
        return new Endpoints(
                gateway.getUserInfo().split(":", 2)[1],
                cluster.node(leader).path("port").intValue(),
                gateway.getPort());
    }
}
