package io.howdah.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What {@link FailoverBench} is to do.
 *
 * @param rounds for each fault
 * @param writers clients that write; empty for the usual number of each fault
 * @param idleSessions clients that are connected and do nothing
 * @param seed of the moments at which the faults come
 * @param peerRounds for each fault and each set of a peer's timers; 0 measures no peer
 * @param pooling how the gateways share connections: transaction or session
 * @param faults in the order of the table
 */
record FailoverOptions(
        int rounds,
        Optional<Integer> writers,
        int idleSessions,
        long seed,
        int peerRounds,
        String pooling,
        List<Fault> faults) {
    static final String USAGE = """
            FailoverBench [--rounds N] [--writers N] [--idle N] [--seed S] [--peer-rounds N] [--pooling transaction|session]
                          [FAULT...]
            faults: %s
            """.formatted(
                    Arrays.stream(Fault.values()).map(FailoverOptions::word).collect(Collectors.joining(", ")));

    FailoverOptions {
        faults = List.copyOf(faults);
    }

    /** @throws IllegalArgumentException with words for the user */
    static FailoverOptions parse(List<String> arguments) {
        int rounds = 10;
        Optional<Integer> writers = Optional.empty();
        int idleSessions = 16;
        long seed = 1;
        int peerRounds = 0;
        String pooling = "transaction";
        List<Fault> faults = new ArrayList<>();
        Iterator<String> words = arguments.iterator();
        while (words.hasNext()) {
            String argument = words.next();
            if (!argument.startsWith("--")) {
                faults.add(fault(argument));
                continue;
            }
            if (!words.hasNext()) {
                throw new IllegalArgumentException(argument + " wants a value");
            }
            String value = words.next();
            switch (argument) {
                case "--rounds" -> rounds = number(argument, value, 1);
                case "--writers" -> writers = Optional.of(number(argument, value, 1));
                case "--idle" -> idleSessions = number(argument, value, 0);
                case "--seed" -> seed = number(argument, value, 0);
                case "--peer-rounds" -> peerRounds = number(argument, value, 0);
                case "--pooling" -> pooling = pooling(value);
                default -> throw new IllegalArgumentException("there is no option " + argument);
            }
        }
        return new FailoverOptions(
                rounds,
                writers,
                idleSessions,
                seed,
                peerRounds,
                pooling,
                faults.isEmpty() ? List.of(Fault.values()) : faults);
    }

    int writersFor(Fault fault) {
        return writers.orElse(fault.usualWriters());
    }

    private static int number(String option, String value, int least) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw new IllegalArgumentException(
                "%s wants a number of at least %d, not '%s'".formatted(option, least, value));
    }

    private static String pooling(String value) {
        if (!value.equals("transaction") && !value.equals("session")) {
            throw new IllegalArgumentException("--pooling is transaction or session, not '%s'".formatted(value));
        }
        return value;
    }

    private static Fault fault(String word) {
        return Arrays.stream(Fault.values())
                .filter(fault -> word(fault).equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no fault '%s'".formatted(word)));
    }

    private static String word(Fault fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
