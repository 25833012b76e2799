package io.howdah.server.node;

import com.google.errorprone.annotations.ThreadSafe;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import io.howdah.server.configuration.PeerEntry;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which nodes there should be, where they listen and what is wished of each, as this node last read it. */
@ThreadSafe
final class Roster {
    private final NodeId self;
    private volatile List<PeerEntry> entries; // replaced as a whole

    Roster(NodeId self, List<PeerEntry> entries) {
        this.self = self;
        this.entries = List.copyOf(entries);
    }

    void replace(List<PeerEntry> changed) {
        entries = List.copyOf(changed);
    }

    List<PeerEntry> entries() {
        return entries;
    }

    NodeTags own() {
        return tags(self);
    }

    NodeTags tags(NodeId node) {
        return entries.stream()
                .filter(entry -> entry.node().equals(node))
                .map(PeerEntry::tags)
                .findFirst()
                .orElse(NodeTags.NONE);
    }

    SortedMap<NodeId, NodeTags> allTags() {
        TreeMap<NodeId, NodeTags> tags = new TreeMap<>();
        entries.forEach(entry -> tags.put(entry.node(), entry.tags()));
        return tags;
    }
}
