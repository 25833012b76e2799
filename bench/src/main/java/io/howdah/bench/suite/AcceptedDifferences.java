package io.howdah.bench.suite;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;

/** The differences from a direct connection that are expected of a suite, each with its reason. */
final class AcceptedDifferences {
    private final Map<String, String> reasons;

    private AcceptedDifferences(Map<String, String> reasons) {
        this.reasons = reasons;
    }

    /** @param resource a file beside this class: on each line a name and the reason, or a remark behind {@code #} */
    static AcceptedDifferences read(String resource) throws IOException {
        Map<String, String> reasons = new TreeMap<>();
        try (InputStream in = AcceptedDifferences.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is missing");
            }
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .map(line -> line.split("\\s+", 2))
                    .forEach(words -> reasons.put(words[0], words[1]));
        }
        return new AcceptedDifferences(reasons);
    }

    /** Prints what differs. Says whether all of it is expected. */
    boolean report(SortedSet<String> differing, PrintStream out) {
        differing.forEach(
                name -> out.printf("| differs: %s | %s |%n", name, reasons.getOrDefault(name, "not explained")));
        return reasons.keySet().containsAll(differing);
    }
}
