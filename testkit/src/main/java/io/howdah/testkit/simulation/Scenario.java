package io.howdah.testkit.simulation;

import java.util.Set;
import java.util.SplittableRandom;

/**
 * What kind of world a seed lives in.
 *
 * @param nodes how many there are
 * @param grows whether all but the first begin without data and outside the rule
 * @param changesMembers whether members are removed and added again
 * @param switchesOver whether planned switchovers are asked for
 * @param crooked whether clocks run at different and wrong speeds: reads may then be stale, writes must not be lost
 * @param faults whether anything fails
 * @param troubleMillis how long things fail
 * @param fault what defect is built in
 * @param unwatched invariants that are not checked
 * @param tagged whether operators tag nodes
 * @param forces whether a majority is lost once, and an operator has the rest go on without it
 */
public record Scenario(
        int nodes,
        boolean grows,
        boolean changesMembers,
        boolean switchesOver,
        boolean crooked,
        boolean faults,
        long troubleMillis,
        PlantedFault fault,
        Set<String> unwatched,
        boolean tagged,
        boolean forces) {
    /** The mix for a seed. */
    public static Scenario of(long seed) {
        SplittableRandom random = new SplittableRandom(seed * 31 + 7);
        int draw = random.nextInt(100);
        int nodes = draw < 10 ? 1 : draw < 70 ? 3 : draw < 80 ? 4 : 5;
        boolean grows = random.nextInt(100) < 25;
        return new Scenario(
                nodes,
                grows,
                nodes > 1 && random.nextInt(100) < 30,
                nodes > 1 && random.nextInt(100) < 40,
                random.nextInt(100) < 10,
                true,
                8_000 + random.nextInt(12_000),
                PlantedFault.NONE,
                Set.of(),
                random.nextInt(100) < 30,
                nodes >= 3 && random.nextInt(100) < 15);
    }

    /** The same world with a defect. */
    public Scenario with(PlantedFault planted) {
        return new Scenario(
                nodes,
                grows,
                changesMembers,
                switchesOver,
                crooked,
                faults,
                troubleMillis,
                planted,
                unwatched,
                tagged,
                forces);
    }

    /** The same world with some invariants not looked at, to see what their breach leads to. */
    public Scenario ignoring(Set<String> invariants) {
        return new Scenario(
                nodes,
                grows,
                changesMembers,
                switchesOver,
                crooked,
                faults,
                troubleMillis,
                fault,
                invariants,
                tagged,
                forces);
    }

    /** Three healthy nodes on a quick network, for measuring. */
    public static Scenario calm(int nodes) {
        return new Scenario(nodes, false, false, false, false, false, 0, PlantedFault.NONE, Set.of(), false, false);
    }
}
