package io.howdah.server.provision;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Asks the kernel: a port is free when it can be bound. For a taken one, {@code /proc/net/tcp} names the socket and
 * {@code /proc/<pid>/fd} its owner (proc(5)). Stateless; safe from any thread.
 */
public final class LinuxPortTable implements PortTable {
    private static final String LISTENING = "0A";
    private static final int STATE_COLUMN = 3;
    private static final int INODE_COLUMN = 9;

    private final ProcessTable processes;

    public LinuxPortTable(ProcessTable processes) {
        this.processes = processes;
    }

    @Override
    public Optional<Owner> ownerOf(String host, int port) {
        if (canListen(host, port)) {
            return Optional.empty();
        }
        Set<String> sockets = listeningSockets(port);
        return Optional.of(processes.all().stream()
                .filter(process -> holdsAny(process.identity().pid(), sockets))
                .findFirst()
                .map(process -> new Owner(OptionalLong.of(process.identity().pid()), process.describe()))
                .orElseGet(() -> new Owner(OptionalLong.empty(), "a process that this user may not see")));
    }

    private static boolean canListen(String host, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByName(host), port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Set<String> listeningSockets(int port) {
        String suffix = ":%04X".formatted(port);
        Set<String> inodes = new HashSet<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try {
                for (String line : Files.readAllLines(Path.of(table))) {
                    String[] columns = line.trim().split("\\s+");
                    if (columns.length > INODE_COLUMN
                            && columns[1].endsWith(suffix)
                            && columns[STATE_COLUMN].equals(LISTENING)) {
                        inodes.add("socket:[" + columns[INODE_COLUMN] + "]");
                    }
                }
            } catch (IOException e) {
                // A kernel without IPv6 has no tcp6 table; then there is nothing to find in it.
            }
        }
        return inodes;
    }

    private static boolean holdsAny(long pid, Set<String> sockets) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path descriptor : descriptors) {
                if (isOneOf(descriptor, sockets)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isOneOf(Path descriptor, Set<String> sockets) {
        try {
            return sockets.contains(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException e) {
            return false;
        }
    }
}
