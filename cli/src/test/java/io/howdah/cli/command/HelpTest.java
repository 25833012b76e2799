package io.howdah.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.cli.fake.Cli;
import io.howdah.cli.fake.Cli.Result;
import io.howdah.cli.text.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HelpTest {
    @TempDir
    private Path directory;

    private Cli cli;

    @BeforeEach
    void prepare() {
        cli = new Cli(directory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "down",
                "status",
                "psql",
                "dsn",
                "switchover",
                "logs",
                "version",
                "failover",
                "history",
                "pause",
                "resume",
                "node list",
                "node add",
                "node remove",
                "node restart",
                "node rebuild",
                "node tag",
                "gateway restart",
                "gateway reload",
                "gateway queries",
                "cache stats",
                "cache invalidate",
                "cluster recover-quorum",
                "cluster list",
                "cluster add",
                "cluster remove",
                "database list",
                "database route",
                "database unroute"
            })
    void everyHelpBeginsWithExamples(String command) {
        Result direct = cli.run(command, "--help");

        assertThat(direct.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(direct.out()).startsWith("Examples:\n  howdah " + command);
        assertThat(direct.out()).contains("\nUsage: howdah " + command + " [OPTIONS]", "--dir", "--help");
        assertThat(direct.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(direct.out().lines().skip(1).takeWhile(line -> !line.isEmpty()))
                .as("no example is so long that it wraps")
                .allSatisfy(line -> assertThat(line).startsWith("  "));
        assertThat(cli.run("help", command)).isEqualTo(direct);
    }

    @Test
    void theFirstPageListsEveryCommand() {
        Result page = cli.run();

        assertThat(page.out()).startsWith("Examples:\n  howdah up ");
        assertThat(page.out())
                .contains("up  ", "down  ", "status  ", "psql  ", "dsn  ", "switchover  ", "logs  ", "version  ");
        assertThat(page.err()).isEmpty();
        assertThat(cli.run("--help")).isEqualTo(page);
        assertThat(cli.run("help")).isEqualTo(page);
        assertThat(cli.run("-h")).isEqualTo(page);
    }

    @Test
    void statusHelpAsItIs() {
        assertThat(cli.run("status", "--help").out()).isEqualTo("""
                        Examples:
                          howdah status                  the cluster in ./howdah_local
                          howdah status -o json          one document, for scripts
                          howdah status --exit-code      exit 3 when anything is wrong, for monitoring

                        Usage: howdah status [OPTIONS]

                        Shows who leads, how far each copy is behind, the ports, and problems in words. It works without
                        the admin process: then the nodes are asked directly.

                        Options:
                              --exit-code       Exit 3 when the cluster has problems.
                          -o, --output=FORMAT   table or json (default: table).
                              --dir=DIR         The cluster's directory (default: $HOWDAH_DIR or howdah_local).
                              --color=WHEN      auto, always or never (default: auto, honors NO_COLOR).
                          -q, --quiet           Results and errors only.
                          -v, --verbose         More words; -vv adds stack traces to errors.
                          -h, --help            Show this help.
                        """);
    }

    @Test
    void suggestsTheNearestCommand() {
        Result result = cli.run("swithover");

        assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isEqualTo("""
                        error: unknown command 'swithover'
                        cause: did you mean 'switchover'?
                        try:   ./howdah help
                        """);
    }

    @Test
    void suggestsTheNearestOption() {
        Result result = cli.run("down", "--claen");

        assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("'--claen'", "did you mean '--clean'?", "try:   ./howdah down --help");
    }

    @Test
    void explainsWherePsqlArgumentsGo() {
        Result result = cli.run("psql", "-c", "select 1");

        assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("psql -- -c 'select 1'");
    }

    @Test
    void refusesWhatIsNoDuration() {
        Result result = cli.run("up", "--wait", "soon");

        assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("'soon' is not a duration such as 30s, 2m or 500ms");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void takesCommonOptionsBeforeTheCommand() {
        Result result = cli.run("--dir", "elsewhere", "status");

        assertThat(result.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(result.err()).contains(directory.resolve("elsewhere").toString(), "./howdah up --dir elsewhere");
    }

    @Test
    void printsTheVersionInBothForms() {
        assertThat(cli.run("version").out()).isEqualTo("howdah 1.2.3 (JDK %s)\n".formatted(Runtime.version()));
        assertThat(cli.run("version", "-o", "json").out()).startsWith("{\n  \"version\": \"1.2.3\",\n  \"jdk\": ");
        assertThat(cli.run("--version").out()).startsWith("howdah 1.2.3");
    }
}
