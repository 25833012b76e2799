package io.howdah.kernel.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Whole lives of an address, many of them, in simulated time. A failure names the seed that repeats it. */
class AddressSimulationTest {
    private static final AddressTimes TIMES = AddressTimes.USUAL;
    /** Each takes a minute of simulated time. */
    private static final int LIVES = 30;

    private static final long NEVER = Long.MAX_VALUE;

    @Test
    void noTwoHostsEverHaveIt() {
        int carried = 0;
        for (long seed = 1; seed <= LIVES; seed++) {
            carried += play(seed, TIMES, TIMES);
        }
        // Else nothing was tested.
        assertThat(carried).isGreaterThan(LIVES * 100);
    }

    /** The check can fail: with wrong durations it does. */
    @Test
    void nodesThatGrantForLessThanGatewaysThinkAreNoticed() {
        AddressTimes shorter = new AddressTimes(1_500, 100, 1_000, 100, 200, 400, 1_000, 10_000);
        assertThatThrownBy(() -> playMany(shorter, TIMES)).hasMessageContaining("have the address");
    }

    @Test
    void aGatewayThatForgetsHowLongTheKernelKeepsAnAddressIsNoticed() {
        AddressTimes forgetful = new AddressTimes(2_600, 100, 0, 0, 200, 400, 1_000, 10_000);
        assertThatThrownBy(() -> playMany(TIMES, forgetful)).hasMessageContaining("have the address");
    }

    @Test
    void anotherOneHasItWithinThreeSecondsOfADeath() {
        takenOver(holder -> holder.kill(60_000));
    }

    @Test
    void anotherOneHasItWithinThreeSecondsOfAFreeze() {
        takenOver(holder -> holder.freeze(60_000));
    }

    @Test
    void anotherOneHasItWithinThreeSecondsOfACut() {
        for (long seed = 1; seed <= 15; seed++) {
            AddressWorld world = calm(seed, 100, 100, 100);
            SimulatedGateway holder = carrier(world);
            for (int node = 0; node < 5; node++) {
                world.cut(world.gateways.indexOf(holder), node, true);
            }
            assertTakenOver(world, holder, seed);
        }
    }

    @Test
    void anotherOneHasItSoonAfterTheLinkIsLost() {
        for (long seed = 1; seed <= 15; seed++) {
            AddressWorld world = calm(seed, 100, 100, 100);
            SimulatedGateway holder = carrier(world);
            holder.link(false);
            world.runFor(1_500);
            assertThat(world.carriers()).as("seed " + seed).hasSize(1).doesNotContain(holder.name());
        }
    }

    @Test
    void theOneOfTheHighestPriorityHasItFirst() {
        for (long seed = 1; seed <= 15; seed++) {
            AddressWorld world = calm(seed, 100, 300, 200);
            assertThat(world.carriers()).as("seed " + seed).containsExactly("gateway2");
        }
    }

    @Test
    void aBetterOneThatComesBackWaitsUntilItHasBeenWellForLongEnough() {
        for (long seed = 1; seed <= 8; seed++) {
            AddressWorld world = new AddressWorld(seed, TIMES, TIMES, 30_000, 100, 300, 100);
            world.bePrompt();
            world.runFor(10_000);
            world.gateways.get(1).kill(5_000);
            world.runFor(30_000);
            assertThat(world.carriers()).as("seed " + seed).hasSize(1).doesNotContain("gateway2");
            world.runFor(10_000);
            assertThat(world.carriers()).as("seed " + seed).containsExactly("gateway2");
        }
    }

    @Test
    void equalsDoNotTakeItFromEachOther() {
        AddressWorld world = new AddressWorld(7, TIMES, TIMES, 1_000, 100, 100, 100);
        world.bePrompt();
        world.runFor(10_000);
        SimulatedGateway holder = carrier(world);
        double carriedSince = world.now();
        while (world.now() < carriedSince + 60_000) {
            world.runFor(50);
            assertThat(world.carriers()).containsExactly(holder.name());
        }
    }

    private interface Blow {
        void strike(SimulatedGateway holder);
    }

    private static void takenOver(Blow blow) {
        for (long seed = 1; seed <= 15; seed++) {
            AddressWorld world = calm(seed, 100, 100, 100);
            world.runFor(world.uniform(0, 1_000));
            SimulatedGateway holder = carrier(world);
            blow.strike(holder);
            assertTakenOver(world, holder, seed);
        }
    }

    private static void assertTakenOver(AddressWorld world, SimulatedGateway holder, long seed) {
        double from = world.now();
        while (world.carriers().isEmpty() || holder.carries()) {
            world.runFor(1);
            assertThat(world.now() - from).as("seed %d, ms", seed).isLessThanOrEqualTo(3_000);
        }
    }

    private static AddressWorld calm(long seed, int... priorities) {
        AddressWorld world = new AddressWorld(seed, TIMES, TIMES, NEVER, priorities);
        world.bePrompt();
        world.runFor(8_000);
        return world;
    }

    private static SimulatedGateway carrier(AddressWorld world) {
        return world.gateways.stream()
                .filter(SimulatedGateway::carries)
                .findFirst()
                .orElseThrow();
    }

    private static void playMany(AddressTimes ofNodes, AddressTimes ofGateways) {
        for (long seed = 1; seed <= 200; seed++) {
            play(seed, ofNodes, ofGateways);
        }
    }

    /** A minute in which everything goes wrong; how many tenths of a second somebody carried the address. */
    private static int play(long seed, AddressTimes ofNodes, AddressTimes ofGateways) {
        AddressWorld world = new AddressWorld(seed, ofNodes, ofGateways, 5_000, 100, 100, 200);
        int carried = 0;
        try {
            for (int tenth = 0; tenth < 600; tenth++) {
                if (world.random.nextInt(8) == 0) {
                    trouble(world);
                }
                world.runFor(100);
                carried += world.carriers().size();
            }
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
        return carried;
    }

    private static void trouble(AddressWorld world) {
        SimulatedGateway gateway = world.gateways.get(world.random.nextInt(3));
        SimulatedNode node = world.nodes.get(world.random.nextInt(5));
        switch (world.random.nextInt(9)) {
            case 0 -> gateway.freeze(world.uniform(10, 8_000));
            case 1 -> gateway.kill(world.uniform(10, 6_000));
            case 2 -> node.freeze(world.uniform(10, 6_000));
            case 3 -> node.restart(world.uniform(10, 6_000));
            case 4 -> world.cut(world.random.nextInt(3), world.random.nextInt(5), true);
            case 5 -> healOne(world);
            case 6 -> world.loseMessages(world.random.nextInt(3) * 0.1);
            case 7 -> gateway.link(world.random.nextInt(3) > 0);
            default -> world.changeMembers();
        }
    }

    private static void healOne(AddressWorld world) {
        for (int gateway = 0; gateway < 3; gateway++) {
            for (int node = 0; node < 5; node++) {
                if (world.random.nextBoolean()) {
                    world.cut(gateway, node, false);
                }
            }
        }
    }
}
