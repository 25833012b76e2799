package io.howdah.kernel.model;

/** The name of one PostgreSQL instance and the Howdah process beside it, unique in its cluster. */
public record NodeId(String value) implements Comparable<NodeId> {
    public NodeId {
        Names.require("node", value);
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
