package io.howdah.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The peer of a gateway: the distribution's PgBouncer in front of the same server, transaction pooling, 20 connections, SCRAM on both sides. */
final class PgBouncerPeer implements AutoCloseable {
    private static final String PROGRAM = "/usr/sbin/pgbouncer";

    private final Path directory;
    private final Process process;
    private final int port;

    private PgBouncerPeer(Path directory, Process process, int port) {
        this.directory = directory;
        this.process = process;
        this.port = port;
    }

    static boolean isInstalled() {
        return Files.isExecutable(Path.of(PROGRAM));
    }

    /** @param server where to connect and as whom, password included */
    static PgBouncerPeer start(URI server) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(
                "pgbouncer-bench-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        int port = freePort();
        String[] user = server.getUserInfo().split(":", 2);
        Files.writeString(directory.resolve("users"), "\"%s\" \"%s\"%n".formatted(user[0], user[1]));
        Files.writeString(
                directory.resolve("pgbouncer.ini"), """
                [databases]
                * = host=%s port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = %s/users
                pool_mode = transaction
                default_pool_size = 20
                max_client_conn = 1000
                ignore_startup_parameters = extra_float_digits
                """.formatted(server.getHost(), server.getPort(), port, directory));
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            new ProcessBuilder("chown", "-R", "postgres:", directory.toString())
                    .start()
                    .waitFor();
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        }
        command.addAll(List.of(PROGRAM, "-q", directory.resolve("pgbouncer.ini").toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        PgBouncerPeer peer = new PgBouncerPeer(directory, process, port);
        peer.awaitListening();
        return peer;
    }

    /** What its program says it is. */
    static String version() throws IOException {
        Process asked = new ProcessBuilder(PROGRAM, "--version")
                .redirectErrorStream(true)
                .start();
        return new String(asked.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII)
                .lines()
                .findFirst()
                .orElse("PgBouncer");
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    private void awaitListening() throws InterruptedException {
        while (process.isAlive()) {
            try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                probe.setTcpNoDelay(true);
                return;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        throw new IllegalStateException("pgbouncer ended with " + process.exitValue());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
        process.destroyForcibly().onExit().join();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
