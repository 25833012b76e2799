package io.howdah.testkit.simulation;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * Runs seeds: {@code --seed S [--trace]} one of them, {@code --runs N [--from S]} many, on all cores. {@code --fault NAME}
 * plants a defect, {@code --ignore I1,I2} leaves invariants unwatched. Ends with 1 when an invariant was broken.
 */
public final class SimulationMain {
    private SimulationMain() {}

    public static void main(String[] arguments) {
        Map<String, String> options = parse(arguments);
        PlantedFault fault =
                PlantedFault.valueOf(options.getOrDefault("fault", "none").toUpperCase(Locale.ROOT));
        if (options.containsKey("seed")) {
            long seed = Long.parseLong(options.get("seed"));
            Scenario scenario = Scenario.of(seed).with(fault);
            System.out.println(scenario);
            System.out.println(
                    options.containsKey("trace") ? Simulation.trace(seed, scenario) : Simulation.run(seed, scenario));
            return;
        }
        Set<String> unwatched = Set.of(options.getOrDefault("ignore", "").split(",", -1));
        long from = Long.parseLong(options.getOrDefault("from", "1"));
        long runs = Long.parseLong(options.getOrDefault("runs", "1000"));
        System.exit(many(from, runs, fault, unwatched) ? 0 : 1);
    }

    private static Map<String, String> parse(String[] arguments) {
        Map<String, String> options = new TreeMap<>();
        for (int at = 0; at < arguments.length; at++) {
            String name = arguments[at];
            if (!name.startsWith("--")) {
                throw new IllegalArgumentException(
                        "'%s' is not an option: --seed --trace --runs --from --fault --ignore".formatted(name));
            }
            boolean valued = at + 1 < arguments.length && !arguments[at + 1].startsWith("--");
            options.put(name.substring(2), valued ? arguments[++at] : "");
        }
        return options;
    }

    private static boolean many(long from, long runs, PlantedFault fault, Set<String> unwatched) {
        long begun = System.nanoTime();
        AtomicLong events = new AtomicLong();
        AtomicLong checks = new AtomicLong();
        AtomicLong acknowledged = new AtomicLong();
        AtomicLong promotions = new AtomicLong();
        AtomicLong switchovers = new AtomicLong();
        AtomicLong virtualMillis = new AtomicLong();
        AtomicLong stuck = new AtomicLong();
        AtomicLong forced = new AtomicLong();
        AtomicLong declaredLost = new AtomicLong();
        ConcurrentSkipListMap<Long, SimulationFailure> failures = new ConcurrentSkipListMap<>();
        LongStream.range(from, from + runs).parallel().forEach(seed -> {
            try {
                Simulation.Outcome outcome =
                        Simulation.run(seed, Scenario.of(seed).with(fault).ignoring(unwatched));
                events.addAndGet(outcome.events());
                checks.addAndGet(outcome.checks());
                acknowledged.addAndGet(outcome.acknowledged());
                promotions.addAndGet(outcome.promotions());
                switchovers.addAndGet(outcome.switchovers());
                virtualMillis.addAndGet(outcome.virtualMillis());
                stuck.addAndGet(outcome.stuck() ? 1 : 0);
                forced.addAndGet(outcome.forced());
                declaredLost.addAndGet(outcome.declaredLost());
            } catch (SimulationFailure failure) {
                failures.put(seed, failure);
            }
        });
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                "%d runs in %.1f s (%.0f/s), %d failed; %d events, %d checks, %d acknowledged writes, %d promotions, %d"
                        + " switchovers, %.1f virtual hours, %d safely stuck, %d forced rules that gave up %d acknowledged writes%n",
                runs,
                seconds,
                runs / seconds,
                failures.size(),
                events.get(),
                checks.get(),
                acknowledged.get(),
                promotions.get(),
                switchovers.get(),
                virtualMillis.get() / 3_600_000.0,
                stuck.get(),
                forced.get(),
                declaredLost.get());
        Map<String, Long> byInvariant = new TreeMap<>();
        failures.values().forEach(failure -> byInvariant.merge(failure.invariant(), 1L, Long::sum));
        byInvariant.forEach((invariant, count) -> System.out.println(invariant + ": " + count));
        failures.values().stream().limit(10).forEach(failure -> System.out.println(failure.summary()));
        if (!failures.isEmpty()) {
            System.out.println(failures.firstEntry().getValue().getMessage());
        }
        return failures.isEmpty();
    }
}
