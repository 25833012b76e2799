package io.howdah.testkit.fault;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells to which node of a cluster a local TCP connection belongs, from {@code /proc}: the socket's process, or one above
 * it, is the node's own process or its postmaster.
 */
final class SocketOwners {
    /** One end of a connection, as its owner sees it. */
    record Connection(int localPort, int remotePort, long inode) {}

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String SOCKET = "socket:[";
    private static final int UP_LIMIT = 20;

    private final Path clusterDirectory;

    SocketOwners(Path clusterDirectory) {
        this.clusterDirectory = clusterDirectory;
    }

    /** All connections of this network namespace that have an inode, that is, an owner. */
    static List<Connection> connections() {
        List<Connection> found = new ArrayList<>();
        for (Path table : TABLES) {
            try {
                List<String> lines = Files.readAllLines(table);
                for (String line : lines.subList(1, lines.size())) {
                    String[] fields = line.strip().split("\\s+");
                    long inode = Long.parseLong(fields[9]);
                    if (inode != 0) {
                        found.add(new Connection(port(fields[1]), port(fields[2]), inode));
                    }
                }
            } catch (IOException e) {
                throw new FaultException("cannot read " + table, e);
            }
        }
        return found;
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
    }

    /** The node whose process holds the connecting end of this connection; empty for gateways, admin and tests. */
    Optional<String> ownerOf(int localPort, int remotePort) {
        Map<Long, String> owners = ownersByInode();
        return connections().stream()
                .filter(connection -> connection.localPort() == localPort && connection.remotePort() == remotePort)
                .flatMap(connection -> Optional.ofNullable(owners.get(connection.inode())).stream())
                .findFirst();
    }

    /** The sockets of all nodes' processes. */
    Map<Long, String> ownersByInode() {
        Map<Long, String> owners = new HashMap<>();
        ProcessHandle.allProcesses()
                .forEach(process -> nodeOf(process).ifPresent(node -> addSockets(process.pid(), node, owners)));
        return owners;
    }

    private Optional<String> nodeOf(ProcessHandle process) {
        Optional<ProcessHandle> at = Optional.of(process);
        for (int i = 0; i < UP_LIMIT && at.isPresent(); i++) {
            Optional<String> node = named(at.get().pid());
            if (node.isPresent()) {
                return node;
            }
            at = at.get().parent();
        }
        return Optional.empty();
    }

    /** A node's process names its configuration file, a postmaster its data directory. */
    private Optional<String> named(long pid) {
        try {
            String[] words = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .split("\0");
            for (String word : words) {
                Path path = Path.of(word.isEmpty() ? "/" : word);
                boolean configuration = path.startsWith(clusterDirectory.resolve("run")) && word.endsWith(".yaml");
                if (configuration && List.of(words).contains("node")) {
                    return Optional.of(path.getFileName().toString().replace(".yaml", ""));
                }
                Path data = clusterDirectory.resolve("data");
                if (word.endsWith("/pgdata") && path.startsWith(data)) {
                    return Optional.of(data.relativize(path).getName(0).toString());
                }
            }
            return Optional.empty();
        } catch (IOException | java.nio.file.InvalidPathException e) {
            // It ended meanwhile, or is none of ours.
            return Optional.empty();
        }
    }

    private static void addSockets(long pid, String node, Map<Long, String> owners) {
        Path descriptors = Path.of("/proc", Long.toString(pid), "fd");
        try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : all) {
                String target = link(descriptor);
                if (target.startsWith(SOCKET)) {
                    owners.put(Long.parseLong(target.substring(SOCKET.length(), target.length() - 1)), node);
                }
            }
        } catch (IOException e) {
            // The process ended, and its sockets with it.
        }
    }

    private static String link(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
