package io.howdah.bench;

import io.howdah.postgres.process.PostgresBinaries;
import io.howdah.postgres.process.UnprivilegedUser;
import io.howdah.testkit.cluster.LocalCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * PostgreSQL's own regression suite (manual, chapter 33) straight to a server and then through a gateway in front of it. What
 * counts is how many files come out the same; a difference that is not among the accepted ones fails the run.
 *
 * <p>Needs the unpacked source of the same major version, the package {@code postgresql-server-dev-N}, and gcc for the suite's own
 * C functions.
 *
 * <p>{@code RegressionSuite SOURCE [read_write|auto] [nodes]}
 */
public final class RegressionSuite {
    private static final String ACCEPTED = "accepted-differences.txt";
    private static final List<String> LIBRARIES =
            List.of("src/test/regress/regress.c", "contrib/spi/autoinc.c", "contrib/spi/refint.c");

    private final Path source;
    private final PostgresBinaries binaries;
    private final UnprivilegedUser user;
    private final Path scratch;
    private final PrintStream out;

    private RegressionSuite(
            Path source, PostgresBinaries binaries, UnprivilegedUser user, Path scratch, PrintStream out) {
        this.source = source;
        this.binaries = binaries;
        this.user = user;
        this.scratch = scratch;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0) {
            System.err.println("error: name the directory of PostgreSQL's unpacked source");
            System.exit(2);
        }
        Path source = Path.of(arguments[0]).toAbsolutePath();
        String port = arguments.length > 1 ? arguments[1] : "read_write";
        String nodes = arguments.length > 2 ? arguments[2] : "1";
        Path scratch = Files.createTempDirectory(
                "howdah-regression-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        RegressionSuite suite = new RegressionSuite(
                source, PostgresBinaries.find(Optional.empty()), UnprivilegedUser.detect(), scratch, System.out);
        System.exit(suite.run(port, nodes) ? 0 : 1);
    }

    private boolean run(String port, String nodes) throws IOException, InterruptedException {
        for (String library : LIBRARIES) {
            compile(source.resolve(library));
        }
        try (LocalCluster cluster = LocalCluster.up("--nodes", nodes)) {
            String leader = cluster.leader().orElseThrow();
            URI gateway = URI.create(cluster.dsn(
                    port.equals("auto") ? "auto" : "rw",
                    cluster.node(leader).path("cell").stringValue()));
            String password = gateway.getUserInfo().split(":", 2)[1];
            Path direct = play("direct", cluster.node(leader).path("port").intValue(), password);
            Path pooled = play("gateway", gateway.getPort(), password);
            return report(direct, pooled, port);
        }
    }

    private void compile(Path file) throws IOException, InterruptedException {
        String name = file.getFileName().toString().replace(".c", ".so");
        String headers =
                output(List.of(binaries.directory().resolve("pg_config").toString(), "--includedir-server"));
        execute(
                List.of(
                        "gcc",
                        "-O1",
                        "-fPIC",
                        "-shared",
                        "-I",
                        headers,
                        "-o",
                        scratch.resolve(name).toString(),
                        file.toString()),
                Map.of(),
                scratch.resolve("compiler.log"));
    }

    /** @return the directory with what each file printed */
    private Path play(String name, int port, String password) throws IOException, InterruptedException {
        out.printf("plays the suite: %s%n", name);
        Path output = Files.createDirectory(scratch.resolve(name));
        user.own(output);
        Path runner = binaries.directory()
                .resolve("../lib/pgxs/src/test/regress/pg_regress")
                .normalize();
        Path suite = source.resolve("src/test/regress");
        List<String> command = user.wrap(List.of(
                runner.toString(),
                "--host=127.0.0.1",
                "--port=" + port,
                "--user=postgres",
                "--inputdir=" + suite,
                "--outputdir=" + output,
                "--dlpath=" + scratch,
                "--bindir=" + binaries.directory(),
                "--schedule=" + suite.resolve("parallel_schedule"),
                "--max-connections=8"));
        int failed = start(command, Map.of("PGPASSWORD", password), scratch.resolve(name + ".log"));
        Path results = output.resolve("results");
        if (!Files.isDirectory(results)) {
            throw new IOException("the suite did not run (exit code %d): see %s".formatted(failed, scratch));
        }
        return results;
    }

    private boolean report(Path direct, Path pooled, String port) throws IOException {
        Map<String, String> accepted = accepted();
        List<String> differing = new ArrayList<>();
        int files = 0;
        try (Stream<Path> results = Files.list(direct)) {
            for (Path result : results.filter(path -> path.toString().endsWith(".out"))
                    .sorted()
                    .toList()) {
                files++;
                String name = result.getFileName().toString();
                if (!text(result, direct).equals(text(pooled.resolve(name), pooled))) {
                    differing.add(name.replace(".out", ""));
                }
            }
        }
        List<String> unexpected =
                differing.stream().filter(name -> !accepted.containsKey(name)).toList();
        out.printf("%n| regression suite through port %s | |%n|---|---|%n", port);
        out.printf("| files identical to the direct run | %d of %d |%n", files - differing.size(), files);
        differing.forEach(
                name -> out.printf("| differs: %s | %s |%n", name, accepted.getOrDefault(name, "not explained")));
        out.printf("%neverything that was printed: %s%n", scratch);
        return unexpected.isEmpty();
    }

    /** The suite prints the directory that it works in. */
    private static String text(Path file, Path results) throws IOException {
        return Files.exists(file)
                ? Files.readString(file, StandardCharsets.ISO_8859_1)
                        .replace(String.valueOf(results.getParent()), "OUTPUT")
                : "";
    }

    private static Map<String, String> accepted() throws IOException {
        Map<String, String> reasons = new TreeMap<>();
        try (InputStream in = RegressionSuite.class.getResourceAsStream(ACCEPTED)) {
            if (in == null) {
                throw new IOException(ACCEPTED + " is missing");
            }
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .map(line -> line.split("\\s+", 2))
                    .forEach(words -> reasons.put(words[0], words[1]));
        }
        return reasons;
    }

    private String output(List<String> command) throws IOException, InterruptedException {
        Path log = scratch.resolve("output");
        execute(command, Map.of(), log);
        return Files.readString(log).strip();
    }

    private void execute(List<String> command, Map<String, String> environment, Path log)
            throws IOException, InterruptedException {
        int code = start(command, environment, log);
        if (code != 0) {
            throw new IOException("%s ended with %d: %s".formatted(command, code, Files.readString(log)));
        }
    }

    private int start(List<String> command, Map<String, String> environment, Path log)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(scratch.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return builder.start().waitFor();
    }
}
