package io.howdah.server.configuration;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which databases a gateway serves from other clusters, and how it reaches these; what is not named is in its own cluster.
 *
 * @param clusters all but the gateway's own
 */
public record DatabaseRouting(List<LinkedCluster> clusters, List<RoutedDatabase> databases) {
    public static final DatabaseRouting NONE = new DatabaseRouting(List.of(), List.of());

    public DatabaseRouting {
        clusters = List.copyOf(clusters);
        databases = List.copyOf(databases);
    }

    static DatabaseRouting read(MappingReader reader, String home) {
        DatabaseRouting routing = new DatabaseRouting(
                reader.has("clusters") ? reader.list("clusters", LinkedCluster::read) : List.of(),
                reader.has("databases") ? reader.list("databases", RoutedDatabase::read) : List.of());
        Set<String> known = new TreeSet<>(Set.of(home));
        routing.clusters.stream()
                .filter(cluster -> !known.add(cluster.name()))
                .forEach(cluster -> reader.problem("clusters", "should name %s once".formatted(cluster.name())));
        Set<String> names = new HashSet<>();
        for (RoutedDatabase database : routing.databases) {
            if (!names.add(database.name())) {
                reader.problem("databases", "should name %s once".formatted(database.name()));
            }
            if (!known.contains(database.cluster())) {
                reader.problem(
                        "databases",
                        "says that %s is in cluster %s, which is none of %s"
                                .formatted(database.name(), database.cluster(), String.join(", ", known)));
            }
        }
        return routing;
    }

    void write(YamlText yaml) {
        if (!clusters.isEmpty()) {
            yaml.open("clusters");
            clusters.forEach(cluster -> cluster.write(yaml));
        }
        if (!databases.isEmpty()) {
            yaml.open("databases");
            databases.forEach(database -> database.write(yaml));
        }
    }

    /** The names of the clusters, in the order in which they stand. */
    public String clusterNames() {
        return clusters.stream().map(LinkedCluster::name).collect(Collectors.joining(", "));
    }
}
