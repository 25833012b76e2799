package io.howdah.bench.suite;

import io.howdah.postgres.process.PostgresBinaries;
import io.howdah.postgres.process.UnprivilegedUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A directory of its own in which a suite is built and played, and the programs for that. What was printed stays there. */
final class Workshop {
    private final Path directory;
    private final PostgresBinaries binaries;
    private final UnprivilegedUser user;

    private Workshop(Path directory, PostgresBinaries binaries, UnprivilegedUser user) {
        this.directory = directory;
        this.binaries = binaries;
        this.user = user;
    }

    static Workshop open(String name) throws IOException {
        Path directory = Files.createTempDirectory(
                "howdah-" + name + "-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        return new Workshop(directory, PostgresBinaries.find(Optional.empty()), UnprivilegedUser.detect());
    }

    Path directory() {
        return directory;
    }

    Path binaries() {
        return binaries.directory();
    }

    /** A program that the package postgresql-server-dev or the server's own brings for extensions' tests. */
    Path testProgram(String relative) {
        return binaries.directory()
                .resolve("../lib/pgxs/src/test")
                .resolve(relative)
                .normalize();
    }

    /** A new directory that the unprivileged user may write in. */
    Path outputDirectory(String name) throws IOException {
        Path output = Files.createDirectory(directory.resolve(name));
        user.own(output);
        return output;
    }

    /** Makes a file that only this process's user may read. */
    Path privateFile(Path file, String text) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    /** @return what it printed, without space around it */
    String output(List<String> command) throws IOException, InterruptedException {
        Path log = directory.resolve("output");
        execute(command, log);
        return Files.readString(log).strip();
    }

    /** Runs a program that has to succeed. */
    void execute(List<String> command, Path log) throws IOException, InterruptedException {
        int code = start(command, directory, Map.of(), log);
        if (code != 0) {
            throw new IOException("%s ended with %d: %s".formatted(command, code, Files.readString(log)));
        }
    }

    /** Runs a program as the user that PostgreSQL runs as. */
    int startUnprivileged(List<String> command, Path workingDirectory, Map<String, String> environment, Path log)
            throws IOException, InterruptedException {
        return start(user.wrap(command), workingDirectory, environment, log);
    }

    /** @return the program's exit code */
    int start(List<String> command, Path workingDirectory, Map<String, String> environment, Path log)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return builder.start().waitFor();
    }
}
