package io.howdah.server.peer;

import io.howdah.kernel.model.NodeId;

/** Where a node's HTTP interface listens. */
public record PeerAddress(NodeId node, String host, int apiPort) {}
