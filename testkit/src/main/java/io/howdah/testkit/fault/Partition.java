package io.howdah.testkit.fault;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Cuts nodes of one cluster off from each other, silently as a broken switch does, while clients and gateways reach all.
 *
 * <p>All nodes share one address, so a packet does not tell who sent it; the connecting process does. First every new
 * connection to a node's port is redirected to a {@link Crossing}, which knows its owner and holds it when the pair is cut.
 * From then on no direct connection can come into being, so those that exist can be listed, and packets of those that
 * cross the cut are dropped. Deterministic: when {@link #cut} returns no byte passes.
 *
 * <p>What differs from real life: a new connection across the cut is accepted and then silent instead of not accepted at
 * all, as through a firewall that keeps state. That is the meaner case.
 */
public final class Partition implements AutoCloseable {
    /** Who listens where. */
    public record Node(String id, List<Integer> ports) {
        public Node {
            ports = List.copyOf(ports);
        }
    }

    private record Pair(String from, String to) {}

    private static final String TABLE = "ip howdah_fault";

    private final List<Node> nodes;
    private final SocketOwners owners;
    private final Set<Pair> cuts = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Crossing> crossings = new TreeMap<>();
    private String drops = "";

    public Partition(Path clusterDirectory, List<Node> nodes) {
        Sandbox.require("a partition");
        this.nodes = List.copyOf(nodes);
        this.owners = new SocketOwners(clusterDirectory);
        // Crossings connect from ports that nobody else is given, by which the redirection spares them.
        Shell.run("sysctl", "-qw", "net.ipv4.ip_local_port_range=20000 " + (Crossing.FIRST_PORT - 1));
        for (Node node : this.nodes) {
            for (int port : node.ports()) {
                crossings.put(port, new Crossing(port, from -> isCut(from, node.id()), owners));
            }
        }
    }

    /**
     * Makes the kernel keep track of connections. Due before the first process of the cluster starts: packets of a
     * connection that was never tracked would be taken for new ones, and redirected in mid-stream.
     */
    public static void prepare() {
        if (Sandbox.isHere()) {
            load("");
        }
    }

    /**
     * Replaces all rules at once. The first two match nothing that matters: the kernel tracks and translates connections
     * only while there are rules that ask for it.
     */
    private static void load(String rules) {
        Shell.run(List.of("nft", "-f", "-"), """
                table %1$s {
                 chain divert { type nat hook output priority -100; }
                 chain cut { type filter hook input priority 0; }
                }
                flush chain %1$s divert
                flush chain %1$s cut
                add rule %1$s divert tcp dport 1 redirect to :1
                add rule %1$s cut ct state invalid accept
                %2$s""".formatted(TABLE, rules));
    }

    /** Cuts this node off from all others, in both directions. */
    public void isolate(String id) {
        nodes.stream().filter(node -> !node.id().equals(id)).forEach(other -> {
            cuts.add(new Pair(id, other.id()));
            cuts.add(new Pair(other.id(), id));
        });
        apply();
    }

    /** Cuts two nodes off from each other. */
    public void cut(String one, String other) {
        cuts.add(new Pair(one, other));
        cuts.add(new Pair(other, one));
        apply();
    }

    /** What was held and what is still being sent again arrives now, late, as after a real outage. */
    public void heal() {
        cuts.clear();
        drops = "";
        load("");
        crossings.values().forEach(Crossing::release);
    }

    @Override
    public void close() {
        heal();
        crossings.values().forEach(Crossing::close);
    }

    private boolean isCut(String from, String to) {
        return cuts.contains(new Pair(from, to));
    }

    private void apply() {
        StringBuilder divert = new StringBuilder();
        crossings.forEach(
                (port, crossing) -> divert.append("add rule %s divert tcp sport < %d tcp dport %d redirect to :%d%n"
                        .formatted(TABLE, Crossing.FIRST_PORT, port, crossing.port())));
        load(divert + drops);
        StringBuilder dropped = new StringBuilder();
        Map<Long, String> byInode = owners.ownersByInode();
        for (SocketOwners.Connection connection : SocketOwners.connections()) {
            String from = byInode.getOrDefault(connection.inode(), "");
            nodes.stream()
                    .filter(node -> node.ports().contains(connection.remotePort()))
                    .filter(node -> isCut(from, node.id()))
                    .forEach(node ->
                            dropped.append("""
                            add rule %1$s cut tcp sport %2$d tcp dport %3$d drop
                            add rule %1$s cut tcp sport %3$d tcp dport %2$d drop
                            """.formatted(TABLE, connection.localPort(), connection.remotePort())));
        }
        drops = dropped.toString();
        load(divert + drops);
    }
}
