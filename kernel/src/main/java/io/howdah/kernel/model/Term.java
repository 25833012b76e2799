package io.howdah.kernel.model;

/**
 * The number that orders everything: at most one leader is ever promoted in a term. Term 0 precedes every election.
 */
public record Term(long value) implements Comparable<Term> {
    public static final Term ZERO = new Term(0);

    public Term {
        if (value < 0) {
            throw new IllegalArgumentException("term " + value + " is negative");
        }
    }

    public Term next() {
        return new Term(Math.addExact(value, 1));
    }

    public boolean isAfter(Term other) {
        return value > other.value;
    }

    public boolean isBefore(Term other) {
        return value < other.value;
    }

    public static Term max(Term first, Term second) {
        return first.isBefore(second) ? second : first;
    }

    @Override
    public int compareTo(Term other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
