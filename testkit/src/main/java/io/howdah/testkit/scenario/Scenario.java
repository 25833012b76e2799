package io.howdah.testkit.scenario;

/** One thing that can happen to a cluster, and what must be true afterwards. Stateless. */
public interface Scenario {
    /** How much time it takes. */
    enum Pace {
        /** A few seconds: part of every build. */
        QUICK,
        /** Part of the full run only. */
        THOROUGH
    }

    /**
     * What it is, for people.
     *
     * @param id as in docs/high-availability.md, such as A4
     * @param title what happens
     * @param passes what must be true
     */
    record Script(String id, String title, String passes, Pace pace) {}

    Script script();

    /** Whether it needs namespaces of its own: partitions, mounts, other clocks. */
    default boolean needsSandbox() {
        return false;
    }

    /** Plays on a healthy cluster of three nodes and may leave it broken; throws when it is not passed. */
    void play(Stage stage) throws Exception;
}
