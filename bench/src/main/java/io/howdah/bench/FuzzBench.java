package io.howdah.bench;

import io.howdah.testkit.fuzz.FuzzEntry;
import io.howdah.testkit.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Fuzzes with Jazzer, one target after the other, each in a process of its own: its seeds first, then whatever reaches more code. Inputs that
 * reach more are kept in the work directory and go on from there the next time. Ends with 1 when an input was found that does harm; Jazzer has
 * printed it, and it is in the work directory.
 */
public final class FuzzBench {
    private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";

    /** What counts as more code. */
    private static final String COVERED = "io.howdah.**:io.netty.handler.codec.haproxy.**";

    private FuzzBench() {}

    /** @param arguments as {@code bench/run} says */
    public static void main(String... arguments) throws IOException, InterruptedException {
        List<FuzzTarget> targets = new ArrayList<>();
        int minutes = 5;
        Path work = Path.of("bench/target/fuzz");
        for (int index = 0; index < arguments.length; index++) {
            switch (arguments[index]) {
                case "--minutes" -> minutes = Integer.parseInt(arguments[++index]);
                case "--work" -> work = Path.of(arguments[++index]);
                default -> targets.add(FuzzTarget.named(arguments[index]));
            }
        }
        boolean harmless = true;
        for (FuzzTarget target : targets.isEmpty() ? List.of(FuzzTarget.values()) : targets) {
            harmless &= fuzz(target, minutes, work.toAbsolutePath().resolve(target.label()));
        }
        if (!harmless) {
            System.exit(1);
        }
    }

    private static boolean fuzz(FuzzTarget target, int minutes, Path work) throws IOException, InterruptedException {
        Path corpus = Files.createDirectories(work.resolve("corpus"));
        Path seeds = Files.createDirectories(work.resolve("seeds"));
        List<byte[]> all = target.seeds();
        for (int index = 0; index < all.size(); index++) {
            Files.write(seeds.resolve("seed" + index), all.get(index));
        }
        System.out.printf("%s: %d minutes, in %s%n", target.label(), minutes, work);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dhowdah.fuzz=" + target.label(),
                        "-Dlogback.configurationFile=fuzz-logback.xml",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:-OmitStackTraceInFastThrow",
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        JAZZER,
                        "--target_class=" + FuzzEntry.class.getName(),
                        "--instrumentation_includes=" + COVERED,
                        // Its watch over Unsafe breaks classes of Netty, and nothing here is what its other hooks look
                        // for.
                        "--custom_hook_includes=" + COVERED,
                        "--reproducer_path=" + work,
                        "-artifact_prefix=" + work + "/",
                        "-max_total_time=" + minutes * 60,
                        "-timeout=10",
                        "-rss_limit_mb=4096",
                        "-print_final_stats=1",
                        corpus.toString(),
                        seeds.toString())
                .inheritIO()
                .start();
        return process.waitFor() == 0;
    }
}
