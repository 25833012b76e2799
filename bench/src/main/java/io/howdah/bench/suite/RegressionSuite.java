package io.howdah.bench.suite;

import io.howdah.testkit.cluster.LocalCluster;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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
    private static final List<String> LIBRARIES =
            List.of("src/test/regress/regress.c", "contrib/spi/autoinc.c", "contrib/spi/refint.c");

    private final Path source;
    private final Workshop workshop;
    private final PrintStream out;

    private RegressionSuite(Path source, Workshop workshop, PrintStream out) {
        this.source = source;
        this.workshop = workshop;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        SuiteArguments given = SuiteArguments.ofSource(arguments);
        Path source = Path.of(given.subject()).toAbsolutePath();
        RegressionSuite suite = new RegressionSuite(source, Workshop.open("regression"), System.out);
        System.exit(suite.run(given.port(), given.nodes()) ? 0 : 1);
    }

    private boolean run(String port, String nodes) throws IOException, InterruptedException {
        for (String library : LIBRARIES) {
            compile(source.resolve(library));
        }
        try (LocalCluster cluster = LocalCluster.up("--nodes", nodes)) {
            Endpoints endpoints = Endpoints.of(cluster, port);
            Path direct = play("direct", endpoints.server(), endpoints.password());
            Path pooled = play("gateway", endpoints.gateway(), endpoints.password());
            return report(ResultFiles.compare(direct, pooled), port);
        }
    }

    private void compile(Path file) throws IOException, InterruptedException {
        String name = file.getFileName().toString().replace(".c", ".so");
        String headers =
                workshop.output(List.of(workshop.binaries().resolve("pg_config").toString(), "--includedir-server"));
        workshop.execute(
                List.of(
                        "gcc",
                        "-O1",
                        "-fPIC",
                        "-shared",
                        "-I",
                        headers,
                        "-o",
                        workshop.directory().resolve(name).toString(),
                        file.toString()),
                workshop.directory().resolve("compiler.log"));
    }

    /** @return the directory with what each file printed */
    private Path play(String name, int port, String password) throws IOException, InterruptedException {
        out.printf("plays the suite: %s%n", name);
        Path output = workshop.outputDirectory(name);
        Path suite = source.resolve("src/test/regress");
        List<String> command = List.of(
                workshop.testProgram("regress/pg_regress").toString(),
                "--host=127.0.0.1",
                "--port=" + port,
                "--user=postgres",
                "--inputdir=" + suite,
                "--outputdir=" + output,
                "--dlpath=" + workshop.directory(),
                "--bindir=" + workshop.binaries(),
                "--schedule=" + suite.resolve("parallel_schedule"),
                "--max-connections=8");
        int failed = workshop.startUnprivileged(
                command,
                workshop.directory(),
                Map.of("PGPASSWORD", password),
                workshop.directory().resolve(name + ".log"));
        Path results = output.resolve("results");
        if (!Files.isDirectory(results)) {
            throw new IOException(
                    "the suite did not run (exit code %d): see %s".formatted(failed, workshop.directory()));
        }
        return results;
    }

    private boolean report(ResultFiles files, String port) throws IOException {
        out.printf("%n| regression suite through port %s | |%n|---|---|%n", port);
        out.printf("| files identical to the direct run | %d of %d |%n", files.identical(), files.all());
        boolean expected =
                AcceptedDifferences.read("regression-differences.txt").report(files.differing(), out);
        out.printf("%neverything that was printed: %s%n", workshop.directory());
        return expected;
    }
}
