package io.howdah.dist;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the JVM of each role is started: flags and class path, written as argument files for {@code java @file}
 * (JDK manual, java command, "java Command-Line Argument Files"). One place, so that a start-up cache is always used
 * with the flags and the class path that it was trained with; the JVM refuses it otherwise.
 */
final class RoleArguments {
    /** The JVM runs of the product; all server roles share one cache. */
    enum Role {
        CLI("cli", List.of("-XX:TieredStopAtLevel=1", "-Xmx96m", "-Xss1m", "-XX:-UsePerfData")),
        // Without a small first heap the JVM takes the largest at once on a machine with much memory.
        NODE("server", List.of("-XX:TieredStopAtLevel=1", "-Xms16m", "-Xmx96m", "-Xss512k")),
        GATEWAY(
                "server",
                List.of(
                        "-Xms12m",
                        "-Xmx128m",
                        "-Xss512k",
                        "-Dio.netty.allocator.numHeapArenas=0",
                        "-Dio.netty.allocator.numDirectArenas=1",
                        "-Dio.netty.allocator.maxOrder=5",
                        "-Dio.netty.leakDetection.level=disabled")),
        ADMIN("server", List.of("-XX:TieredStopAtLevel=1", "-Xms16m", "-Xmx128m", "-Xss512k"));

        private final String cache;
        private final List<String> flags;

        Role(String cache, List<String> flags) {
            this.cache = cache;
            this.flags = flags;
        }

        /** The base name of the start-up cache. */
        String cache() {
            return cache;
        }

        String fileName() {
            return name().toLowerCase(Locale.ROOT) + ".args";
        }

        private List<String> allFlags() {
            List<String> all = new ArrayList<>(List.of("-XX:+UseSerialGC"));
            all.addAll(flags);
            if (this != CLI) {
                // Netty and Helidon call native code and sun.misc.Unsafe; heap is given back after a clone or a burst.
                all.addAll(List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:MaxHeapFreeRatio=40",
                        "-XX:MinHeapFreeRatio=20"));
            }
            return all;
        }
    }

    /** The jars that the command line needs: the shorter the class path, the faster it starts. */
    private static final List<String> CLI_JARS =
            List.of("howdah-cli-", "howdah-kernel-", "jackson-core-", "picocli-", "snakeyaml-engine-");

    private final Path home;
    private final String version;

    RoleArguments(Path home, String version) {
        this.home = home;
        this.version = version;
    }

    static String flagsOfAllRoles() {
        return Stream.of(Role.values()).map(Role::allFlags).toList() + " " + CLI_JARS;
    }

    Path home() {
        return home;
    }

    Path cache(Role role) {
        return home.resolve(role.cache() + ".aot");
    }

    /** Flags, class path and system properties of a role, without its start-up cache. */
    List<String> words(Role role) throws IOException {
        List<String> words = new ArrayList<>(role.allFlags());
        words.add("-Dhowdah.home=" + home);
        words.add("-Dhowdah.version=" + version);
        words.add("-cp");
        words.add(classPath(role));
        return words;
    }

    void write() throws IOException {
        for (Role role : Role.values()) {
            List<String> words = new ArrayList<>(words(role));
            // A cache that is missing or does not fit must cost time only, not a warning at every start.
            words.addAll(0, List.of("-XX:AOTCache=" + cache(role), "-Xlog:aot=off", "-Xlog:cds=off"));
            String lines = words.stream().map(RoleArguments::quote).collect(Collectors.joining("\n", "", "\n"));
            Files.writeString(home.resolve(role.fileName()), lines);
        }
    }

    private String classPath(Role role) throws IOException {
        try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
            return jars.filter(jar -> belongsTo(role, jar.getFileName().toString()))
                    .map(Path::toString)
                    .sorted()
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static boolean belongsTo(Role role, String jar) {
        return role == Role.CLI
                ? CLI_JARS.stream().anyMatch(jar::startsWith)
                : !jar.startsWith("howdah-cli-") && !jar.startsWith("picocli-");
    }

    private static String quote(String word) {
        return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
