package io.howdah.testkit.ecosystem;

import io.howdah.testkit.cluster.LocalCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * Debian's HAProxy with the configuration that Patroni publishes: the ports 5000 (leader) and 5001 (standbys) are free ones
 * here, and the servers are our nodes.
 */
final class Haproxy implements AutoCloseable {
    private final Process process;
    private final int primaryPort;
    private final int replicaPort;

    private Haproxy(Process process, int primaryPort, int replicaPort) {
        this.process = process;
        this.primaryPort = primaryPort;
        this.replicaPort = replicaPort;
    }

    static Haproxy start(LocalCluster cluster, Path directory) throws IOException {
        int primaryPort = freePort();
        int replicaPort = freePort();
        StringBuilder text = new StringBuilder("""
                global
                    maxconn 100

                defaults
                    log global
                    mode tcp
                    retries 2
                    timeout client 30m
                    timeout connect 4s
                    timeout server 30m
                    timeout check 5s
                """);
        listen(text, "primary", primaryPort, "/primary", cluster);
        listen(text, "replicas", replicaPort, "/replica", cluster);
        Path file = directory.resolve("haproxy.cfg");
        Files.writeString(file, text);
        Process process = new ProcessBuilder(List.of("/usr/sbin/haproxy", "-db", "-f", file.toString()))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("haproxy.log").toFile())
                .start();
        return new Haproxy(process, primaryPort, replicaPort);
    }

    private static void listen(StringBuilder text, String name, int port, String check, LocalCluster cluster) {
        text.append("""

                listen %s
                    bind 127.0.0.1:%d
                    option httpchk OPTIONS %s
                    http-check expect status 200
                    default-server inter 3s fall 3 rise 2 on-marked-down shutdown-sessions
                """.formatted(name, port, check));
        for (JsonNode node : cluster.status().path("nodes")) {
            text.append("    server %s 127.0.0.1:%d maxconn 100 check port %d\n"
                    .formatted(
                            node.path("id").stringValue(),
                            node.path("port").intValue(),
                            node.path("api_port").intValue()));
        }
    }

    int primaryPort() {
        return primaryPort;
    }

    int replicaPort() {
        return replicaPort;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
