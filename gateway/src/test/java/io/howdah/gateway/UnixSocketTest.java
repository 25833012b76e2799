package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.gateway.login.AccessRules;
import io.howdah.gateway.login.Entrance;
import io.howdah.gateway.login.FailedLogins;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** psql comes in through the gateway's Unix socket, as through PostgreSQL's own. */
@ExtendWith(WithPostgres.class)
final class UnixSocketTest {
    private final PostgresFixture postgres;
    private Path sockets = Path.of("/tmp");

    @TempDir
    private Path directory;

    UnixSocketTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    /** Other users must be able to reach it, and its path must be short. */
    @BeforeEach
    void makeDirectory() throws IOException {
        sockets = Files.createTempDirectory(
                "howdah", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setPosixFilePermissions(sockets, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void removeDirectory() throws IOException {
        try (var files = Files.list(sockets)) {
            assertThat(files).as("a closed gateway leaves no sockets").isEmpty();
        }
        Files.delete(sockets);
    }

    private TestGateway gateway(String rules, String maps) throws IOException {
        AccessRules access = AccessRules.load(
                Files.writeString(directory.resolve("hba"), rules),
                Optional.of(Files.writeString(directory.resolve("ident"), maps)));
        return TestGateway.before(
                postgres,
                TestGateway.Settings.usual()
                        .sockets(sockets)
                        .access(new Entrance(Optional.empty(), access, new FailedLogins(100, Duration.ofMinutes(1)))));
    }

    /** What psql prints, run by a user of the system. */
    private String psql(TestGateway gateway, String systemUser, String role, String password) throws Exception {
        List<String> command = new ArrayList<>();
        if (!systemUser.equals(System.getProperty("user.name"))) {
            command.addAll(List.of("setpriv", "--reuid=" + systemUser, "--clear-groups"));
        }
        command.addAll(List.of(
                "psql",
                "-X",
                "-A",
                "-t",
                "-h",
                sockets.toString(),
                "-p",
                "" + gateway.port(),
                "-U",
                role,
                "-d",
                "postgres"));
        command.addAll(List.of("-c", "SELECT 'I am ' || current_user"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .directory(Path.of("/").toFile());
        builder.environment().put("PGPASSWORD", password);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        process.waitFor();
        return output.strip();
    }

    private static String me() {
        return System.getProperty("user.name");
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.Preference.class,
            names = {"EPOLL", "IO_URING"})
    void aPasswordIsAskedForUnlessARuleSaysOtherwise(Transport.Preference preference) throws Exception {
        try (TestGateway gateway = TestGateway.before(
                postgres, TestGateway.Settings.usual().sockets(sockets).on(preference))) {
            assertThat(psql(gateway, me(), "app", PostgresFixture.PASSWORD)).isEqualTo("I am app");
            assertThat(psql(gateway, me(), "app", "wrong")).contains("password authentication failed");
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(sockets.resolve(".s.PGSQL." + gateway.port()))))
                    .isEqualTo("rwxrwxrwx");
        }
    }

    @Test
    void rulesForTheSocketAreApartFromThoseForTheNetwork() throws Exception {
        try (TestGateway gateway = gateway("""
                local all postgres trust
                local all app      scram-sha-256
                host  all all all  reject
                """, "")) {
            assertThat(psql(gateway, me(), "postgres", "")).isEqualTo("I am postgres");
            assertThat(psql(gateway, me(), "app", PostgresFixture.PASSWORD)).isEqualTo("I am app");
            assertThat(psql(gateway, me(), "other", "")).contains("no HBA rule");
            assertThatThrownBy(gateway::connect).hasMessageContaining("reject");
        }
    }

    @Test
    void theSystemSaysWhoSomebodyIs() throws Exception {
        try (TestGateway gateway = gateway("local all all peer\n", "")) {
            assertThat(psql(gateway, "postgres", "postgres", "")).isEqualTo("I am postgres");
            assertThat(psql(gateway, "postgres", "app", "")).contains("Peer authentication failed for user \"app\"");
        }
        try (TestGateway gateway = gateway(
                "local all all peer map=staff\n",
                "staff /^(post)gres$ \\1gres\nstaff nobody postgres\nother nobody app\n")) {
            assertThat(psql(gateway, "postgres", "postgres", "")).isEqualTo("I am postgres");
            assertThat(psql(gateway, "nobody", "postgres", "")).isEqualTo("I am postgres");
            assertThat(psql(gateway, "nobody", "app", "")).contains("Peer authentication failed");
        }
    }

    @Test
    void aSocketLeftBehindIsReplacedAndOneOfAServerIsNot() throws Exception {
        int port = PostgresFixture.freePort();
        UnixSockets unix = new UnixSockets(sockets, UnixSockets.USUAL_PERMISSIONS);
        Files.createFile(unix.path(port));
        Path made = Files.createFile(unix.provisional(port));
        SocketFile file = new SocketFile(unix.path(port));
        Path lock = Files.writeString(
                sockets.resolve(".s.PGSQL." + port + ".lock"),
                ProcessHandle.current().pid() + "\n");
        assertThatThrownBy(() -> file.place(unix, made)).hasMessageContaining("serves");
        Files.delete(lock);
        file.place(unix, made);
        assertThat(made).doesNotExist();
        SocketFile successor = new SocketFile(unix.path(port));
        successor.place(unix, Files.createFile(made));
        file.remove();
        assertThat(unix.path(port)).exists();
        successor.remove();
        assertThat(unix.path(port)).doesNotExist();
        assertThat(UnixSockets.isShortEnough(Path.of("/" + "x".repeat(100)))).isFalse();
    }
}
