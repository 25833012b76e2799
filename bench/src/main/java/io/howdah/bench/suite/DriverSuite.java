package io.howdah.bench.suite;

import io.howdah.testkit.cluster.LocalCluster;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The test suite of PostgreSQL's JDBC driver, as its authors publish it on Maven Central, straight to a server and then through a
 * gateway in front of it. What counts is that no test fails that does not fail on a direct connection; one that is not among the
 * accepted ones fails the run.
 *
 * <p>Needs Maven, and the package {@code postgresql-contrib} for the extensions that the tests use.
 *
 * <p>{@code DriverSuite [version] [read_write|auto] [nodes]}
 */
public final class DriverSuite {
    private static final String VERSION = "42.7.13";
    private static final String DATABASE = "driver";
    /** Writes until the server process is gone that it ends by the number known from log-in, which is the gateway's: for ever. */
    private static final String ENDLESS = "CopyTest#lockReleaseOnCancelFailure";

    private final Path project;
    private final Workshop workshop;
    private final PrintStream out;

    private DriverSuite(Path project, Workshop workshop, PrintStream out) {
        this.project = project;
        this.workshop = workshop;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        SuiteArguments given = SuiteArguments.read(arguments, VERSION);
        Workshop workshop = Workshop.open("driver");
        Path project = workshop.directory().resolve("postgresql-%s-jdbc-src".formatted(given.subject()));
        DriverSuite suite = new DriverSuite(project, workshop, System.out);
        suite.fetch(given.subject());
        System.exit(suite.run(given.port(), given.nodes()) ? 0 : 1);
    }

    private void fetch(String version) throws IOException, InterruptedException {
        out.printf("fetches and compiles the tests of the driver %s%n", version);
        Path log = workshop.directory().resolve("build.log");
        maven(
                workshop.directory(),
                log,
                "dependency:copy",
                "-Dartifact=org.postgresql:postgresql:%s:tar.gz:jdbc-src".formatted(version),
                "-DoutputDirectory=" + workshop.directory());
        workshop.execute(
                List.of(
                        "tar",
                        "-xzf",
                        workshop.directory()
                                .resolve("postgresql-%s-jdbc-src.tar.gz".formatted(version))
                                .toString(),
                        "-C",
                        workshop.directory().toString()),
                log);
        maven(project, log, "test-compile");
    }

    private void maven(Path directory, Path log, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-ntp"));
        command.addAll(List.of(arguments));
        int code = workshop.start(command, directory, Map.of("JAVA_HOME", System.getProperty("java.home")), log);
        if (code != 0) {
            throw new IOException("Maven ended with %d: see %s".formatted(code, log));
        }
    }

    private boolean run(String port, String nodes) throws IOException, InterruptedException {
        try (LocalCluster cluster = LocalCluster.up("--nodes", nodes)) {
            cluster.run("config", "set", "max_prepared_transactions=64", "wal_level=logical")
                    .orThrow("config set");
            cluster.run("node", "restart", "--all", "--rolling", "--yes").orThrow("node restart");
            cluster.awaitHealthy();
            Endpoints endpoints = Endpoints.of(cluster, port);
            Psql psql = new Psql(workshop, endpoints);
            psql.run("postgres", "CREATE ROLE test LOGIN PASSWORD 'test'");
            TestReports direct = play("direct", psql, endpoints.server(), endpoints.password());
            TestReports pooled = play("gateway", psql, endpoints.gateway(), endpoints.password());
            return report(direct, pooled, port);
        }
    }

    private TestReports play(String name, Psql psql, int port, String password)
            throws IOException, InterruptedException {
        out.printf("plays the tests: %s%n", name);
        String database = DATABASE + "_" + name;
        psql.run("postgres", "CREATE DATABASE %s OWNER test".formatted(database));
        psql.run(database, """
                CREATE EXTENSION hstore;
                CREATE EXTENSION citext;
                CREATE EXTENSION lo;
                CREATE EXTENSION "uuid-ossp";
                """);
        Path properties = workshop.privateFile(
                project.resolve("build.local.properties"), """
                test.url.PGHOST=127.0.0.1
                test.url.PGPORT=%d
                test.url.PGDBNAME=%s
                user=test
                password=test
                privilegedUser=postgres
                privilegedPassword=%s
                """.formatted(port, database, password));
        maven(
                project,
                workshop.directory().resolve(name + ".log"),
                "test",
                "-Dmaven.test.failure.ignore=true",
                "-Dtest=!" + ENDLESS);
        Files.delete(properties);
        Path reports = workshop.directory().resolve(name);
        Files.move(project.resolve("target/surefire-reports"), reports);
        return TestReports.read(reports);
    }

    private boolean report(TestReports direct, TestReports pooled, String port) throws IOException {
        SortedSet<String> differing = new TreeSet<>(pooled.failed());
        differing.removeAll(direct.failed());
        out.printf("%n| tests of the JDBC driver through port %s | |%n|---|---|%n", port);
        out.printf(
                "| direct: tests, failed, skipped | %d, %d, %d |%n",
                direct.tests(), direct.failed().size(), direct.skipped());
        out.printf(
                "| gateway: tests, failed, skipped | %d, %d, %d |%n",
                pooled.tests(), pooled.failed().size(), pooled.skipped());
        out.printf("| not played: %s | never ends through a gateway |%n", ENDLESS);
        out.printf("| fail through the gateway only | %d |%n", differing.size());
        boolean expected = AcceptedDifferences.read("driver-differences.txt").report(differing, out);
        out.printf("%neverything that was printed: %s%n", workshop.directory());
        return expected && pooled.tests() >= direct.tests();
    }
}
