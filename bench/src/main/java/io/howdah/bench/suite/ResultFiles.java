package io.howdah.bench.suite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the tests of a suite printed, a file for each of them: those that differ between two runs. */
record ResultFiles(int all, SortedSet<String> differing) {
    /**
     * Compares two directories of a suite's output.
     *
     * @param direct what a direct connection gave; its files are the ones that count
     */
    static ResultFiles compare(Path direct, Path pooled) throws IOException {
        List<Path> files;
        try (Stream<Path> results = Files.list(direct)) {
            files = results.filter(path -> path.toString().endsWith(".out")).toList();
        }
        SortedSet<String> differing = new TreeSet<>();
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (!text(file, direct).equals(text(pooled.resolve(name), pooled))) {
                differing.add(name.replace(".out", ""));
            }
        }
        return new ResultFiles(files.size(), differing);
    }

    int identical() {
        return all - differing.size();
    }

    /** Suites print the directory that they work in. */
    private static String text(Path file, Path results) throws IOException {
        return Files.exists(file)
                ? Files.readString(file, StandardCharsets.ISO_8859_1)
                        .replace(String.valueOf(results.getParent()), "OUTPUT")
                : "";
    }
}
