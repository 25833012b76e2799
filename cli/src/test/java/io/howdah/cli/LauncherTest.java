package io.howdah.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ./howdah} with stand-ins for the JDK and for Maven. */
final class LauncherTest {
    /** Makes what the real build makes, as far as the launcher looks at it, and counts its runs. */
    private static final String MAVEN = """
            echo run >> "$(dirname "$0")/../builds"
            echo "[INFO] Building Howdah kernel 0.1.0-SNAPSHOT                      [2/7]"
            if [ -e broken ]; then echo "[ERROR] Kernel.java: no such thing"; exit 1; fi
            mkdir -p dist/target/howdah
            echo "home=$PWD/dist/target/howdah
            jdk=$JAVA_HOME" > dist/target/howdah/assembled
            echo x > dist/target/howdah/cli.args
            """;
    /** Shows how it was called; when asked to become psql, leaves words for env. */
    private static final String JAVA = """
            echo "cwd=$PWD"
            for word in "$@"; do
              echo "word=$word"
              case $word in -Dhowdah.handover=*)
                printf '%s\\0' "GREETING=hello there" sh -c 'echo "$GREETING $1"; exit 7' sh "a  b" > "${word#*=}" ;;
              esac
            done
            """;

    /** All that the launcher may need besides Java and Maven. */
    private static final List<String> TOOLS = List.of(
            "bash",
            "sh",
            "cat",
            "env",
            "find",
            "flock",
            "grep",
            "mkdir",
            "mktemp",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "tail",
            "touch",
            "dirname");

    @TempDir
    private Path directory;

    private Path project;
    private Path jdk;

    private record Run(int exitCode, String out, String err) {}

    @BeforeEach
    void prepare() throws IOException {
        project = Files.createDirectories(directory.resolve("my project"));
        Path script = Path.of("..", "howdah").toAbsolutePath().normalize();
        // The machine's own JDKs must not be found, nor its Maven.
        String body = Files.readString(script).replaceAll("(?<= )/(usr|opt|Library)/", directory + "/none/");
        Files.writeString(project.resolve("howdah"), body);
        Files.setPosixFilePermissions(project.resolve("howdah"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Path bin = Files.createDirectories(directory.resolve("bin"));
        for (String tool : TOOLS) {
            executable(bin.resolve(tool), "exec /usr/bin/%s \"$@\"\n".formatted(tool));
        }
        Files.createDirectories(project.resolve("kernel/src/main"));
        Files.writeString(project.resolve("pom.xml"), "");
        jdk = makeJdk(directory.resolve("jdk-25"), "25.0.3");
        executable(directory.resolve("bin/mvn"), MAVEN);
    }

    @Test
    void buildsOnFirstUseAndThenOnlyWhenASourceIsNewer() throws Exception {
        Run first = run("status");
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.err()).contains("Building Howdah with " + jdk, "2 of 7: kernel", "Built in");
        assertThat(first.out())
                .contains("word=@" + home().resolve("cli.args"), "word=io.howdah.cli.Main", "word=status");

        Run second = run("status");
        assertThat(second.err()).isEmpty();
        assertThat(builds()).isEqualTo(1);

        Path source = project.resolve("kernel/src/main/New.java");
        Files.writeString(source, "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        run("status");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void rebuildsWhenTheDirectoryWasMoved() throws Exception {
        run("status");
        Path moved = directory.resolve("moved");
        Files.move(project, moved);
        project = moved;

        assertThat(run("status").exitCode()).isZero();
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void showsTheEndOfAFailedBuild() throws Exception {
        Files.writeString(project.resolve("broken"), "");

        Run run = run("status");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("the build failed", "  | [ERROR] Kernel.java: no such thing", "build.log");
    }

    @Test
    void buildsOnceWhenTwoStartTogether() throws Exception {
        executable(directory.resolve("bin/mvn"), "sleep 0.3\n" + MAVEN);
        List<Process> both = List.of(start(Map.of(), project, "a"), start(Map.of(), project, "b"));

        for (Process process : both) {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void keepsTheCallersDirectoryAndWorksThroughALink() throws Exception {
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
        Files.createSymbolicLink(elsewhere.resolve("hw"), Path.of("../my project/howdah"));

        Process process = start(Map.of(), elsewhere, List.of("./hw", "status"));

        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(out).contains("cwd=" + elsewhere, "word=-Dhowdah.program=./hw");
    }

    @Test
    void passesOverAnOldJdk() throws Exception {
        Path old = makeJdk(directory.resolve("jdk-17"), "17.0.15");
        Files.createDirectories(directory.resolve("home/.sdkman/candidates/java"));
        Files.createSymbolicLink(directory.resolve("home/.sdkman/candidates/java/25-tem"), jdk);

        Run run = run(Map.of("JAVA_HOME", old.toString()), "status");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err())
                .contains("Building Howdah with " + directory.resolve("home/.sdkman/candidates/java/25-tem"));
    }

    @Test
    void findsTheJdkOfThePath() throws Exception {
        Files.createSymbolicLink(directory.resolve("bin/javac"), jdk.resolve("bin/javac"));

        assertThat(run(Map.of("JAVA_HOME", ""), "status").err()).contains("Building Howdah with " + jdk);
    }

    @Test
    void saysWhatToInstallWithoutAJdk() throws Exception {
        Run run = run(Map.of("JAVA_HOME", "/nonexistent"), "status");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("error: no JDK 25 or newer was found\ncause: looked at JAVA_HOME (/nonexistent), PATH")
                .contains("Debian", "Fedora", "macOS", "Temurin");
        assertThat(directory.resolve("builds")).doesNotExist();
    }

    @Test
    void saysWhatToInstallWithoutMaven() throws Exception {
        Files.delete(directory.resolve("bin/mvn"));

        Run run = run("status");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("error: Maven is needed", "apt-get install maven");
    }

    @Test
    void honorsMoreOptions() throws Exception {
        assertThat(run(Map.of("HOWDAH_JAVA_OPTS", "-Xint -Da=b"), "status").out())
                .contains("word=-Xint\nword=-Da=b\nword=io.howdah.cli.Main");
    }

    @Test
    void becomesPsql() throws Exception {
        run("status");

        Run run = run("psql", "--", "-c", "select 1");

        assertThat(run.exitCode()).isEqualTo(7);
        assertThat(run.out()).endsWith("hello there a  b\n");
    }

    private Path home() throws IOException {
        return project.toRealPath().resolve("dist/target/howdah");
    }

    private int builds() throws IOException {
        return Files.readAllLines(directory.resolve("builds")).size();
    }

    private Run run(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), arguments);
    }

    private Run run(Map<String, String> variables, String... arguments) throws IOException, InterruptedException {
        Process process = start(variables, project, arguments);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out, err);
    }

    private Process start(Map<String, String> variables, Path workingDirectory, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(project.resolve("howdah").toString());
        command.addAll(List.of(arguments));
        return start(variables, workingDirectory, command);
    }

    private Process start(Map<String, String> variables, Path workingDirectory, List<String> command)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(workingDirectory.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", directory.resolve("bin").toString());
        builder.environment().put("HOME", directory.resolve("home").toString());
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().putAll(variables);
        return builder.start();
    }

    private static Path makeJdk(Path jdk, String version) throws IOException {
        executable(jdk.resolve("bin/java"), JAVA);
        executable(jdk.resolve("bin/javac"), "");
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jdk;
    }

    private static void executable(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
