package io.howdah.kernel.model;

/** The name of one gateway process, unique in its cluster. */
public record GatewayId(String value) implements Comparable<GatewayId> {
    public GatewayId {
        Names.require("gateway", value);
    }

    @Override
    public int compareTo(GatewayId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
