package io.howdah.bench.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a process and its children have used of the machine, by {@code proc(5)}. */
final class Usage {
    private static final double TICKS_PER_SECOND = 100;

    private final long pid;

    /** @param pid 0 for nobody's */
    Usage(long pid) {
        this.pid = pid;
    }

    /** Processor seconds since the start, those of children that have ended included. */
    double processorSeconds() throws IOException {
        double sum = 0;
        for (long each : family()) {
            String stat = read(each, "stat");
            if (!stat.isEmpty()) {
                // Fields 14 to 17: utime, stime, cutime, cstime.
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                for (int index = 11; index <= 14; index++) {
                    sum += Long.parseLong(fields[index]) / TICKS_PER_SECOND;
                }
            }
        }
        return sum;
    }

    /** Memory in KB: pages that are shared count in parts. */
    long memoryKb() throws IOException {
        long sum = 0;
        for (long each : family()) {
            sum += read(each, "smaps_rollup")
                    .lines()
                    .filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }
        return sum;
    }

    private List<Long> family() {
        if (pid == 0) {
            return List.of();
        }
        Stream<Long> children = ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid);
        return Stream.concat(Stream.of(pid), children).toList();
    }

    private static String read(long process, String name) throws IOException {
        try {
            return Files.readString(Path.of("/proc/" + process + "/" + name));
        } catch (NoSuchFileException e) {
            // It has ended, and its parent counts what it used.
            return "";
        }
    }
}
