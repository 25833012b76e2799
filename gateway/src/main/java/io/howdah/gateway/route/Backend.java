package io.howdah.gateway.route;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.NodeId;

/**
 * One PostgreSQL that sessions can be connected to. Two equal backends are the same place.
 *
 * @param cluster by whose {@link DatabaseTable} name it is known
 */
public record Backend(String cluster, NodeId node, Cell cell, String host, int port) {
    public Backend {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host of node " + node + " is empty");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " of node " + node + " is not between 1 and 65535");
        }
    }

    @Override
    public String toString() {
        return node + " (" + host + ":" + port + ")";
    }
}
