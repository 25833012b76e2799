package io.howdah.server.configuration;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.NodeId;
import io.howdah.server.configuration.ClusterConfiguration.GatewayEntry;
import io.howdah.server.configuration.ClusterConfiguration.GatewayPorts;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads and writes {@code howdah.yaml}. People edit this file, so changing a port leaves everything else as it is. */
public final class ClusterConfigurationFile {
    private static final String HINT =
            "correct the file; the cluster's data is untouched. The ports and names in use are also in run/*.yaml";
    private static final Cell ANY_CELL = new Cell("unknown");
    private static final int MOST_NODES = 15;

    private final Path file;

    public ClusterConfigurationFile(ClusterDirectory directory) {
        this.file = directory.configuration();
    }

    public boolean exists() {
        return Files.exists(file);
    }

    /** @throws ConfigurationException with everything that is wrong with the file */
    public ClusterConfiguration read() {
        List<ConfigurationProblem> problems = new ArrayList<>();
        MappingReader reader = new MappingReader(YamlDocument.read(file, HINT), problems);
        ClusterConfiguration configuration = new ClusterConfiguration(
                reader.value("name", "unknown", text -> new Cell(text).value()),
                reader.value("id", new ClusterId("0000000000000000"), ClusterId::new),
                reader.value("host", "127.0.0.1", ClusterConfigurationFile::loopback),
                reader.optionalText("postgres_binaries").orElse(""),
                reader.group("admin", admin -> admin.port("port")),
                reader.list("nodes", ClusterConfigurationFile::node),
                reader.list("gateways", ClusterConfigurationFile::gateway),
                retired(reader),
                reader.group("pooling", PoolingConfiguration::read),
                reader.group("access", AccessConfiguration::read),
                reader.group("serving", ServingConfiguration::read),
                reader.group("cache", CacheConfiguration::read),
                reader.has("virtual_addresses")
                        ? reader.list("virtual_addresses", VirtualAddressEntry::read)
                        : List.of(),
                reader.optionalValue("standby_of", RemotePrimary::parse));
        reader.finish();
        if (problems.isEmpty()) {
            checkWhole(configuration, reader);
        }
        if (!problems.isEmpty()) {
            problems.sort(Comparator.comparingInt(ConfigurationProblem::line));
            throw new ConfigurationException(file, problems, HINT);
        }
        return configuration;
    }

    public void create(ClusterConfiguration configuration) {
        AtomicFile.write(file, configuration.toYaml(), AtomicFile.Access.PUBLIC);
    }

    /**
     * Replaces the nodes, the gateways and what follows them; what stands before them stays, comments included. Values
     * count more than comments: a file that is laid out in another way is written anew.
     */
    public void changeNodes(ClusterConfiguration changed) {
        String before = YamlDocument.readText(file, HINT);
        String wanted = changed.toYaml();
        int kept = before.indexOf("\nnodes:");
        String edited = kept < 0 ? wanted : before.substring(0, kept) + wanted.substring(wanted.indexOf("\nnodes:"));
        AtomicFile.write(file, edited, AtomicFile.Access.PUBLIC);
        if (!reads(changed)) {
            create(changed);
        }
    }

    private boolean reads(ClusterConfiguration expected) {
        try {
            return read().equals(expected);
        } catch (ConfigurationException e) {
            return false;
        }
    }

    /** Replaces the ports that differ, in place: comments and order stay. */
    public void changePorts(ClusterConfiguration old, ClusterConfiguration changed) {
        Map<String, Integer> moves = new HashMap<>();
        List<Integer> from = old.ports();
        List<Integer> to = changed.ports();
        for (int i = 0; i < from.size(); i++) {
            if (!from.get(i).equals(to.get(i))) {
                moves.put(from.get(i).toString(), to.get(i));
            }
        }
        List<String> lines =
                new ArrayList<>(List.of(YamlDocument.readText(file, HINT).split("\n", -1)));
        // From the end, so that an edit does not move the columns of those still to come.
        portScalars(YamlDocument.read(file, HINT)).stream()
                .filter(scalar -> moves.containsKey(scalar.value()))
                .sorted(Comparator.comparingInt(YamlNode.Scalar::column).reversed())
                .forEach(scalar -> replace(lines, scalar, moves.getOrDefault(scalar.value(), 0)));
        AtomicFile.write(file, String.join("\n", lines), AtomicFile.Access.PUBLIC);
        if (!read().equals(changed)) {
            // The file is written in a way that edits in place cannot follow; the values count more than the comments.
            create(changed);
        }
    }

    private static void replace(List<String> lines, YamlNode.Scalar scalar, int port) {
        String line = lines.get(scalar.line() - 1);
        int start = line.indexOf(scalar.value(), Math.max(0, scalar.column() - 1));
        if (start >= 0) {
            lines.set(
                    scalar.line() - 1,
                    line.substring(0, start)
                            + port
                            + line.substring(start + scalar.value().length()));
        }
    }

    /** In a file that was read without problems every number is a port. */
    private static List<YamlNode.Scalar> portScalars(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar -> scalar.value().matches("[0-9]{1,5}") ? List.of(scalar) : List.of();
            case YamlNode.Nothing _ -> List.of();
            case YamlNode.Sequence sequence ->
                sequence.items().stream()
                        .flatMap(item -> portScalars(item).stream())
                        .toList();
            case YamlNode.Mapping mapping ->
                mapping.entries().values().stream()
                        .flatMap(item -> portScalars(item).stream())
                        .toList();
        };
    }

    private static NodeEntry node(MappingReader reader) {
        return new NodeEntry(
                reader.value("id", new NodeId("unknown"), NodeId::new),
                reader.value("cell", ANY_CELL, Cell::new),
                reader.port("postgres_port"),
                reader.port("api_port"),
                reader.tags(),
                fence(reader));
    }

    /** Written with a word before it, since every bare number of this file is a port. */
    private static OptionalLong fence(MappingReader reader) {
        Optional<String> text = reader.optionalText("fenced_below");
        if (text.isPresent() && !text.get().matches("term [0-9]{1,18}")) {
            reader.problem("fenced_below", "should be 'term' and a number, not '%s'".formatted(text.get()));
            return OptionalLong.empty();
        }
        return text.map(term -> OptionalLong.of(Long.parseLong(term.substring("term ".length()))))
                .orElse(OptionalLong.empty());
    }

    private static List<NodeId> retired(MappingReader reader) {
        List<NodeId> names = new ArrayList<>();
        for (String name : reader.optionalText("retired").orElse("").split("\\s+")) {
            try {
                if (!name.isEmpty()) {
                    names.add(new NodeId(name));
                }
            } catch (IllegalArgumentException e) {
                reader.problem("retired", "cannot be used: " + e.getMessage());
            }
        }
        return names;
    }

    private static GatewayEntry gateway(MappingReader reader) {
        return new GatewayEntry(
                reader.value("id", new GatewayId("unknown"), GatewayId::new),
                reader.value("cell", ANY_CELL, Cell::new),
                ports(reader));
    }

    /** Files written before gateways had a port for those who watch do not name it. */
    private static GatewayPorts ports(MappingReader reader) {
        int auto = reader.port("auto");
        int http = reader.has("http") ? reader.port("http") : GatewayPorts.usualHttp(auto);
        return new GatewayPorts(auto, reader.port("read_write"), reader.port("read_only"), http);
    }

    private static String loopback(String host) {
        if (!host.matches("127(\\.[0-9]{1,3}){3}")) {
            throw new IllegalArgumentException(
                    "'%s' is not a loopback address; a local cluster listens on 127.0.0.1 only".formatted(host));
        }
        return host;
    }

    private static void checkWhole(ClusterConfiguration configuration, MappingReader reader) {
        int count = configuration.nodes().size();
        if (count < 1 || count > MOST_NODES) {
            reader.problem("nodes", "has %d entries: a cluster has 1 to %d nodes".formatted(count, MOST_NODES));
        }
        if (configuration.gateways().isEmpty()) {
            reader.problem("gateways", "is empty: clients need at least one");
        }
        checkAddresses(configuration, reader);
        List<String> names = new ArrayList<>();
        configuration.nodes().forEach(node -> names.add(node.id().value()));
        configuration.gateways().forEach(gateway -> names.add(gateway.id().value()));
        duplicates(names)
                .forEach(name -> reader.problem("nodes", "or gateways hold the id '%s' twice".formatted(name)));
        if (names.contains("admin")) {
            reader.problem("nodes", "or gateways hold the id 'admin', which is the admin process's own");
        }
        duplicates(configuration.ports())
                .forEach(port -> reader.problem("nodes", "or gateways or admin use port %d twice".formatted(port)));
    }

    private static void checkAddresses(ClusterConfiguration configuration, MappingReader reader) {
        for (GatewayEntry gateway : configuration.gateways()) {
            long addresses = configuration.virtualAddresses().stream()
                    .filter(entry -> entry.concerns(gateway))
                    .count();
            if (addresses > 1) {
                reader.problem(
                        "virtual_addresses",
                        "gives %s %d addresses: a gateway carries one; give each entry a cell of its own"
                                .formatted(gateway.id(), addresses));
            }
        }
        List<GatewayId> known =
                configuration.gateways().stream().map(GatewayEntry::id).toList();
        configuration.virtualAddresses().stream()
                .flatMap(entry -> entry.prefer().stream())
                .filter(name -> !known.contains(name))
                .forEach(name -> reader.problem(
                        "virtual_addresses",
                        "prefers '%s', which is not a gateway; there are %s".formatted(name, known)));
    }

    private static <T> List<T> duplicates(List<T> values) {
        return values.stream()
                .filter(value -> values.indexOf(value) != values.lastIndexOf(value))
                .distinct()
                .toList();
    }
}
