package io.howdah.server.provision;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.GatewayEntry;
import io.howdah.server.configuration.ClusterConfiguration.GatewayPorts;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Turns what a user asked for into a cluster: names, cells and the usual ports. Pure. */
final class ClusterShape {
    static final int ADMIN_PORT = 7654;

    private static final String NAME = "local";
    private static final String HOST = "127.0.0.1";
    private static final int USUAL_NODES = 3;
    private static final int FIRST_POSTGRES_PORT = 5441;
    private static final int FIRST_API_PORT = 5451;
    private static final int FIRST_GATEWAY_PORT = 6432;
    private static final int PORTS_BETWEEN_GATEWAYS = 10;

    private ClusterShape() {}

    /** What is wrong with the request itself, all of it; empty when nothing is. */
    static List<Problem> check(ClusterRequest request) {
        List<Problem> problems = new ArrayList<>();
        request.nodes().ifPresent(count -> {
            if (count == 2 || count == 4) {
                problems.add(new Problem(
                        "%d nodes survive no more failures than %d: a majority of %d is %d"
                                .formatted(count, count - 1, count, count / 2 + 1),
                        "use --nodes 1, 3 or 5"));
            } else if (count != 1 && count != 3 && count != 5) {
                problems.add(new Problem("a cluster cannot have %d nodes".formatted(count), "use --nodes 1, 3 or 5"));
            }
        });
        if (request.standbyOf().isPresent() != request.secretsFrom().isPresent()) {
            problems.add(new Problem(
                    "a standby cluster has the roles and passwords of the one it follows",
                    "give both --standby-of and --secrets, the other cluster's secrets.yaml"));
        }
        request.cells().stream()
                .filter(cell -> !isCell(cell))
                .forEach(cell -> problems.add(new Problem(
                        "the cell name '%s' is not permitted".formatted(cell),
                        "use 1 to 32 of a-z, 0-9, '-' and '_', a letter first, as in --cells zone1,zone2")));
        return problems;
    }

    /** How an existing cluster differs from the request, which `up` cannot change. */
    static List<Problem> differences(ClusterRequest request, ClusterConfiguration existing) {
        List<Problem> problems = new ArrayList<>();
        int present = existing.nodes().size();
        if (request.nodes().isPresent() && request.nodes().getAsInt() < present) {
            problems.add(new Problem(
                    "this cluster has %d nodes, more than %d"
                            .formatted(present, request.nodes().getAsInt()),
                    "remove one after the other: 'howdah node remove %s'"
                            .formatted(existing.nodes().getLast().id())));
        }
        if (request.standbyOf().isPresent() && !request.standbyOf().equals(existing.standbyOf())) {
            problems.add(new Problem(
                    "this cluster is there already and does not follow "
                            + request.standbyOf().get(),
                    "'howdah cluster demote --standby-of ...' makes it follow another"));
        }
        List<String> cells = existing.nodes().stream()
                .map(node -> node.cell().value())
                .distinct()
                .toList();
        List<String> asked = request.cells().stream().distinct().toList();
        if (!asked.isEmpty() && !(asked.containsAll(cells) && cells.containsAll(asked))) {
            problems.add(new Problem(
                    "the nodes of this cluster stand in %s, not in %s"
                            .formatted(String.join(",", cells), String.join(",", asked)),
                    "leave --cells out, or make another cluster with --dir"));
        }
        return problems;
    }

    /**
     * The cluster with one node more; with a gateway more, too, when the node stands in a cell that has none.
     *
     * @param name empty: the next number that no node ever had
     * @param cell empty: a further zone up to the third, then the cell with the fewest nodes
     * @param free finds a free port at or after the given one, none of the used
     */
    static ClusterConfiguration grow(
            ClusterConfiguration present,
            Optional<NodeId> name,
            Optional<Cell> cell,
            NodeTags tags,
            BiFunction<Integer, List<Integer>, Integer> free) {
        List<Integer> used = new ArrayList<>(present.ports());
        int postgresPort = free.apply(present.nodes().getLast().postgresPort() + 1, used);
        used.add(postgresPort);
        int apiPort = free.apply(present.nodes().getLast().apiPort() + 1, used);
        used.add(apiPort);
        NodeId id = name.orElseGet(() -> nextName(present));
        Cell place = cell.orElseGet(() -> nextCell(present));
        List<NodeEntry> nodes = new ArrayList<>(present.nodes());
        nodes.add(new NodeEntry(id, place, postgresPort, apiPort, tags, OptionalLong.empty()));
        List<GatewayEntry> gateways = new ArrayList<>(present.gateways());
        boolean served = gateways.stream().anyMatch(gateway -> gateway.cell().equals(place));
        if (!served) {
            int auto = free.apply(gateways.getLast().ports().auto() + PORTS_BETWEEN_GATEWAYS, used);
            used.add(auto);
            int readWrite = free.apply(auto + 1, used);
            used.add(readWrite);
            int readOnly = free.apply(readWrite + 1, used);
            used.add(readOnly);
            int http = free.apply(readOnly + 1, used);
            gateways.add(
                    new GatewayEntry(nextGateway(gateways), place, new GatewayPorts(auto, readWrite, readOnly, http)));
        }
        return present.with(nodes, gateways);
    }

    private static NodeId nextName(ClusterConfiguration present) {
        return new NodeId("node"
                + (1
                        + Stream.concat(present.nodes().stream().map(NodeEntry::id), present.retired().stream())
                                .mapToInt(node -> trailingNumber(node.value()))
                                .max()
                                .orElse(0)));
    }

    private static GatewayId nextGateway(List<GatewayEntry> present) {
        return new GatewayId("gateway"
                + (1
                        + present.stream()
                                .mapToInt(gateway -> trailingNumber(gateway.id().value()))
                                .max()
                                .orElse(0)));
    }

    private static int trailingNumber(String name) {
        String digits = name.replaceAll(".*?([0-9]{0,6})$", "$1");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    private static Cell nextCell(ClusterConfiguration present) {
        List<Cell> cells =
                present.nodes().stream().map(NodeEntry::cell).distinct().toList();
        Cell further = new Cell("zone" + (cells.size() + 1));
        boolean numbered = cells.stream().allMatch(cell -> cell.value().matches("zone[0-9]+"));
        if (cells.size() < USUAL_NODES && numbered && !cells.contains(further)) {
            return further;
        }
        Map<Cell, Long> crowd = present.nodes().stream()
                .collect(Collectors.groupingBy(NodeEntry::cell, TreeMap::new, Collectors.counting()));
        return crowd.entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElseThrow();
    }

    /** A new cluster with the usual ports, whether they are free or not. */
    static ClusterConfiguration create(ClusterRequest request, ClusterId id, int adminPort) {
        int count = request.nodes().orElse(USUAL_NODES);
        List<String> given = request.cells().isEmpty()
                ? IntStream.rangeClosed(1, count).mapToObj(i -> "zone" + i).toList()
                : request.cells();
        List<String> cells = roundRobin(given, count);
        List<NodeEntry> nodes = IntStream.range(0, count)
                .mapToObj(i -> new NodeEntry(
                        new NodeId("node" + (i + 1)),
                        new Cell(cells.get(i)),
                        FIRST_POSTGRES_PORT + i,
                        FIRST_API_PORT + i))
                .toList();
        List<String> distinct = cells.stream().distinct().toList();
        List<GatewayEntry> gateways = IntStream.range(0, distinct.size())
                .mapToObj(i -> {
                    int port = FIRST_GATEWAY_PORT + PORTS_BETWEEN_GATEWAYS * i;
                    return new GatewayEntry(
                            new GatewayId("gateway" + (i + 1)),
                            new Cell(distinct.get(i)),
                            new GatewayPorts(port, port + 1, port + 2));
                })
                .toList();
        return new ClusterConfiguration(
                        NAME, id, HOST, request.postgresBinaries().orElse(""), adminPort, nodes, gateways)
                .following(request.standbyOf());
    }

    private static boolean isCell(String text) {
        try {
            return new Cell(text).value().equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static List<String> roundRobin(List<String> cells, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> cells.get(i % cells.size()))
                .toList();
    }
}
