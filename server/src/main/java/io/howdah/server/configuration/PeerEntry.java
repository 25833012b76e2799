package io.howdah.server.configuration;

import io.howdah.kernel.model.NodeId;

/** Where a node's HTTP interface listens. */
public record PeerEntry(NodeId node, String host, int apiPort) {
    static PeerEntry read(MappingReader reader) {
        return new PeerEntry(
                reader.value("node", new NodeId("unknown"), NodeId::new),
                reader.text("host", ""),
                reader.port("api_port"));
    }

    void write(YamlText yaml) {
        yaml.line("  - node", node.value()).line("    host", host).line("    api_port", apiPort);
    }
}
