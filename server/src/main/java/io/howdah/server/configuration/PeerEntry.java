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
        write(yaml, "");
    }

    void write(YamlText yaml, String indent) {
        yaml.line(indent + "  - node", node.value())
                .line(indent + "    host", host)
                .line(indent + "    api_port", apiPort);
        if (!tags.equals(NodeTags.NONE)) {
            yaml.line(indent + "    tags", tags.toString());
        }
    }

    /** Whether the other entry is of the same process at the same address. */
    public boolean isSameAddress(PeerEntry other) {
        return node.equals(other.node) && host.equals(other.host) && apiPort == other.apiPort;
    }
}
