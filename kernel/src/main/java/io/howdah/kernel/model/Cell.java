package io.howdah.kernel.model;

/** A failure domain: a zone, a rack, a host. */
public record Cell(String value) implements Comparable<Cell> {
    public Cell {
        Names.require("cell", value);
    }

    @Override
    public int compareTo(Cell other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
