package io.howdah.bench.gateway;

import io.howdah.postgres.process.UnprivilegedUser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Another project's proxy: its program, run as PostgreSQL's user in a directory of its own, until it is closed. */
final class PeerProgram implements AutoCloseable {
    private final Path directory;
    private final UnprivilegedUser user = UnprivilegedUser.detect();
    private final int port;
    private List<Process> process = List.of();

    private PeerProgram(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** Makes the directory; nothing runs yet. */
    static PeerProgram in(String name) throws IOException {
        Path directory = Files.createTempDirectory(
                name + "-bench-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        return new PeerProgram(directory, freePort());
    }

    Path directory() {
        return directory;
    }

    /** Where it is to listen. */
    int port() {
        return port;
    }

    /** A file in the directory that only the program's user may read. */
    Path write(String name, String text) throws IOException {
        Path file = Files.createFile(
                directory.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    /** Starts the program and waits until it listens. */
    PeerProgram start(String... command) throws IOException, InterruptedException {
        user.own(directory);
        Process started = new ProcessBuilder(user.wrap(List.of(command)))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        process = List.of(started);
        while (started.isAlive()) {
            try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                probe.setTcpNoDelay(true);
                return this;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        String said = Files.readString(directory.resolve("log"));
        close();
        throw new IOException("%s ended with %d: %s".formatted(command[0], started.exitValue(), said));
    }

    long pid() {
        return process.getFirst().pid();
    }

    /** The first line that a program says when it is asked for its version. */
    static String version(String... command) throws IOException {
        Process asked = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .orElse(command[0]);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        for (Process running : process) {
            List<ProcessHandle> children = running.descendants().toList();
            running.destroy();
            running.onExit().completeOnTimeout(running, 10, TimeUnit.SECONDS).join();
            running.destroyForcibly().onExit().join();
            children.forEach(ProcessHandle::destroyForcibly);
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
