package io.howdah.server.provision;

import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.provision.PortTable.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * The ports that a cluster will use, and a sentence for each stranger that made it move. Pure.
 *
 * <p>A new cluster moves as a whole, in steps of 100, so that two clusters side by side look alike (6432 and 6532). A cluster
 * that has run before moves only the ports that are taken, since people have written the others down.
 */
record PortPlan(ClusterConfiguration configuration, List<String> notes) {
    private static final int BLOCK = 100;
    private static final int LAST_PORT = 65535;

    PortPlan {
        notes = List.copyOf(notes);
    }

    /** @param strangerAt who else listens on a port; empty for ports that are free or our own */
    static PortPlan forNew(ClusterConfiguration usual, IntFunction<Optional<Owner>> strangerAt) {
        List<Integer> ports = portsOfComponents(usual);
        Map<Integer, Owner> taken = taken(ports, strangerAt);
        if (taken.isEmpty()) {
            return new PortPlan(usual, List.of());
        }
        for (int step = BLOCK;
                ports.stream().mapToInt(port -> port).max().orElse(0) + step <= LAST_PORT;
                step += BLOCK) {
            int shift = step;
            List<Integer> shifted = ports.stream().map(port -> port + shift).toList();
            if (!shifted.contains(usual.adminPort())
                    && taken(shifted, strangerAt).isEmpty()) {
                ClusterConfiguration moved = usual.withPorts(port -> port == usual.adminPort() ? port : port + shift);
                return new PortPlan(moved, blockNotes(taken, shift));
            }
        }
        throw noneFree();
    }

    static PortPlan forExisting(ClusterConfiguration present, IntFunction<Optional<Owner>> strangerAt) {
        List<Integer> used = new ArrayList<>(present.ports());
        List<Integer> ports = portsOfComponents(present);
        Map<Integer, Integer> moves = new HashMap<>();
        List<String> notes = new ArrayList<>();
        taken(ports, strangerAt).forEach((port, owner) -> {
            int free = nextFree(port, used, strangerAt);
            used.add(free);
            moves.put(port, free);
            notes.add("port %d is taken by %s: %s uses %d from now on"
                    .formatted(port, owner.description(), userOf(present, port), free));
        });
        return new PortPlan(present.withPorts(port -> moves.getOrDefault(port, port)), notes);
    }

    /** A free port for a new component, at or after the given one. */
    static int free(int first, List<Integer> used, IntFunction<Optional<Owner>> strangerAt) {
        return nextFree(first - 1, used, strangerAt);
    }

    /** Admin is not among them: it has found its port already, since it is who plans. */
    private static List<Integer> portsOfComponents(ClusterConfiguration configuration) {
        return configuration.ports().stream()
                .filter(port -> port != configuration.adminPort())
                .toList();
    }

    private static Map<Integer, Owner> taken(List<Integer> ports, IntFunction<Optional<Owner>> strangerAt) {
        Map<Integer, Owner> taken = new LinkedHashMap<>();
        ports.forEach(port -> strangerAt.apply(port).ifPresent(owner -> taken.put(port, owner)));
        return taken;
    }

    private static int nextFree(int port, List<Integer> used, IntFunction<Optional<Owner>> strangerAt) {
        for (int candidate = port + 1; candidate <= LAST_PORT; candidate++) {
            if (!used.contains(candidate) && strangerAt.apply(candidate).isEmpty()) {
                return candidate;
            }
        }
        throw noneFree();
    }

    private static List<String> blockNotes(Map<Integer, Owner> taken, int shift) {
        Map<String, List<Integer>> byOwner = new LinkedHashMap<>();
        taken.forEach((port, owner) -> byOwner.computeIfAbsent(owner.description(), _ -> new ArrayList<>())
                .add(port));
        return byOwner.entrySet().stream()
                .map(entry -> "%s taken by %s: this cluster uses the ports %d higher"
                        .formatted(enumerate(entry.getValue()), entry.getKey(), shift))
                .toList();
    }

    private static String enumerate(List<Integer> ports) {
        String numbers = ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return ports.size() == 1 ? "port " + numbers + " is" : "ports " + numbers + " are";
    }

    private static String userOf(ClusterConfiguration configuration, int port) {
        return configuration.nodes().stream()
                .filter(node -> node.postgresPort() == port || node.apiPort() == port)
                .map(node -> node.id().value())
                .findFirst()
                .or(() -> configuration.gateways().stream()
                        .filter(gateway -> gateway.ports().auto() == port
                                || gateway.ports().readWrite() == port
                                || gateway.ports().readOnly() == port
                                || gateway.ports().http() == port)
                        .map(gateway -> gateway.id().value())
                        .findFirst())
                .orElse("admin");
    }

    private static ProvisionException noneFree() {
        return new ProvisionException(
                "No free ports",
                "every block of ports up to " + LAST_PORT + " is taken",
                "stop some of the programs that listen, or set ports in howdah.yaml");
    }
}
