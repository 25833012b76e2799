package io.howdah.server.configuration;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;

/** Where a node's HTTP interface listens, and what is wished of the node. */
public record PeerEntry(NodeId node, String host, int apiPort, NodeTags tags) {
    public PeerEntry(NodeId node, String host, int apiPort) {
        this(node, host, apiPort, NodeTags.NONE);
    }

    static PeerEntry read(MappingReader reader) {
        return new PeerEntry(
                reader.value("node", new NodeId("unknown"), NodeId::new),
                reader.text("host", ""),
                reader.port("api_port"),
                reader.tags());
    }

    void write(YamlText yaml) {
        yaml.line("  - node", node.value()).line("    host", host).line("    api_port", apiPort);
        if (!tags.equals(NodeTags.NONE)) {
            yaml.line("    tags", tags.toString());
        }
    }

    /** Whether the other entry is of the same process at the same address. */
    public boolean isSameAddress(PeerEntry other) {
        return node.equals(other.node) && host.equals(other.host) && apiPort == other.apiPort;
    }
}
