package io.howdah.bench.suite;

import io.howdah.testkit.cluster.LocalCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * PostgreSQL's isolation specs (source, {@code src/test/isolation/README}) straight to a server and then through a gateway in front of
 * it: several sessions whose steps wait for each other in a prescribed order. What counts is how many specs come out the same; a
 * difference that is not among the accepted ones fails the run.
 *
 * <p>The test program asks the server whether one of its sessions waits for another, and names both by the process numbers that it was
 * given at log-in. Through a gateway these are the gateway's. So before the second run the function that it calls is replaced, in the
 * database of the test, by one that looks up in the gateway's console which server process works for which client, and then asks the
 * server's own function ({@code isolation-process-numbers.sql}). The test program and the specs are as PostgreSQL ships them.
 *
 * <p>Needs the unpacked source of the same major version and the packages {@code postgresql-server-dev-N} and
 * {@code postgresql-contrib} (dblink, by which the function reaches the console).
 *
 * <p>{@code IsolationSuite SOURCE [read_write|auto] [nodes]}
 */
public final class IsolationSuite {
    private static final String DATABASE = "isolation_regression";
    /** Specs of the Makefile's second target, which are not in the schedule. */
    private static final List<String> PREPARED_TRANSACTIONS =
            List.of("prepared-transactions", "prepared-transactions-cic");
    /** So long a step may take before it counts as stuck. */
    private static final int STEP_SECONDS = 60;

    private final Path specs;
    private final Workshop workshop;
    private final PrintStream out;

    private IsolationSuite(Path specs, Workshop workshop, PrintStream out) {
        this.specs = specs;
        this.workshop = workshop;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        SuiteArguments given = SuiteArguments.ofSource(arguments);
        Path specs = Path.of(given.subject()).toAbsolutePath().resolve("src/test/isolation");
        IsolationSuite suite = new IsolationSuite(specs, Workshop.open("isolation"), System.out);
        System.exit(suite.run(given.port(), given.nodes()) ? 0 : 1);
    }

    private boolean run(String port, String nodes) throws IOException, InterruptedException {
        try (LocalCluster cluster = LocalCluster.up("--nodes", nodes)) {
            cluster.run("config", "set", "max_prepared_transactions=10").orThrow("config set");
            cluster.run("node", "restart", "--all", "--rolling", "--yes").orThrow("node restart");
            cluster.awaitHealthy();
            Endpoints endpoints = Endpoints.of(cluster, port);
            Path direct = play("direct", endpoints.server(), endpoints.password(), List.of());
            makeDatabase(new Psql(workshop, endpoints), endpoints);
            Path pooled = play(
                    "gateway",
                    endpoints.gateway(),
                    endpoints.password(),
                    List.of("--use-existing", "--dbname=" + DATABASE));
            return report(ResultFiles.compare(direct, pooled), port);
        }
    }

    /** As the runner makes it, with the function that knows the gateway's process numbers. */
    private static void makeDatabase(Psql psql, Endpoints endpoints) throws IOException, InterruptedException {
        psql.run("postgres", """
                DROP DATABASE %1$s;
                CREATE DATABASE %1$s TEMPLATE template0;
                ALTER DATABASE %1$s SET lc_messages = 'C';
                ALTER DATABASE %1$s SET lc_monetary = 'C';
                ALTER DATABASE %1$s SET lc_numeric = 'C';
                ALTER DATABASE %1$s SET lc_time = 'C';
                ALTER DATABASE %1$s SET bytea_output = 'hex';
                ALTER DATABASE %1$s SET timezone_abbreviations = 'Default';
                """.formatted(DATABASE));
        psql.run(
                DATABASE,
                resource("isolation-process-numbers.sql")
                        .replace("GATEWAY_PORT", "" + endpoints.gateway())
                        .replace("GATEWAY_PASSWORD", endpoints.password()));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = IsolationSuite.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** @return the directory with what each spec printed */
    private Path play(String name, int port, String password, List<String> options)
            throws IOException, InterruptedException {
        out.printf("plays the specs: %s%n", name);
        Path output = workshop.outputDirectory(name);
        List<String> command = new ArrayList<>(List.of(
                workshop.testProgram("isolation/pg_isolation_regress").toString(),
                "--host=127.0.0.1",
                "--port=" + port,
                "--user=postgres",
                "--inputdir=" + specs,
                "--outputdir=" + output,
                "--bindir=" + workshop.binaries(),
                "--schedule=" + specs.resolve("isolation_schedule")));
        command.addAll(options);
        command.addAll(PREPARED_TRANSACTIONS);
        int failed = workshop.startUnprivileged(
                command,
                workshop.directory(),
                Map.of("PGPASSWORD", password, "PGISOLATIONTIMEOUT", "" + STEP_SECONDS),
                workshop.directory().resolve(name + ".log"));
        Path results = output.resolve("results");
        if (!Files.isDirectory(results)) {
            throw new IOException(
                    "the specs did not run (exit code %d): see %s".formatted(failed, workshop.directory()));
        }
        return results;
    }

    private boolean report(ResultFiles files, String port) throws IOException {
        out.printf("%n| isolation specs through port %s | |%n|---|---|%n", port);
        out.printf("| specs identical to the direct run | %d of %d |%n", files.identical(), files.all());
        boolean expected = AcceptedDifferences.read("isolation-differences.txt").report(files.differing(), out);
        out.printf("%neverything that was printed: %s%n", workshop.directory());
        return expected;
    }
}
