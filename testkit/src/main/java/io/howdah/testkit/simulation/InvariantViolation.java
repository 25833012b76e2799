package io.howdah.testkit.simulation;

/** A run broke one of the promises of the protocol. The message says which, where and with what. */
public final class InvariantViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String invariant;

    InvariantViolation(String invariant, String what) {
        super(invariant + ": " + what);
        this.invariant = invariant;
    }

    /** I1 to I10, or the name of one of the checks at the end of a run. */
    public String invariant() {
        return invariant;
    }
}
