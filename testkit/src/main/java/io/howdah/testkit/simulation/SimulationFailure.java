package io.howdah.testkit.simulation;

/** A seed broke an invariant: which, and the last things that happened. */
public final class SimulationFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final long seed;
    private final String invariant;
    private final String summary;

    SimulationFailure(long seed, String invariant, RuntimeException cause, String tail) {
        super(
                "seed %d broke %s: %s%nReplay: SimulationMain --seed %d --trace%nThe last events were:%n%s"
                        .formatted(seed, invariant, cause.getMessage(), seed, tail),
                cause);
        this.seed = seed;
        this.invariant = invariant;
        this.summary = "seed %d broke %s".formatted(seed, cause.getMessage());
    }

    /** The seed and what it broke, without the story. */
    public String summary() {
        return summary;
    }

    public long seed() {
        return seed;
    }

    public String invariant() {
        return invariant;
    }
}
