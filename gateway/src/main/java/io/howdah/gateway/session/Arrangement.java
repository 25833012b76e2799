package io.howdah.gateway.session;

import io.howdah.gateway.listen.ListenPlace;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.DatabaseTable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which clusters a gateway serves, and which database is in which of them. Immutable.
 *
 * @param clusters by name; the gateway's own is among them
 */
record Arrangement(Map<String, Cluster> clusters, DatabaseTable table) {
    Arrangement {
        clusters = Map.copyOf(clusters);
        if (!clusters.containsKey(table.home())) {
            throw new IllegalArgumentException("the gateway's own cluster " + table.home() + " is missing");
        }
        for (Map.Entry<String, DatabaseTable.Place> entry : table.places().entrySet()) {
            String cluster = entry.getValue().cluster();
            if (!clusters.containsKey(cluster)) {
                throw new IllegalArgumentException(
                        "database \"%s\" is said to be in cluster %s, which is not known; known are %s"
                                .formatted(
                                        entry.getKey(), cluster, String.join(", ", new TreeSet<>(clusters.keySet()))));
            }
        }
    }

    /** The gateway's own cluster, which every database is in. */
    static Arrangement of(ClusterAccess home) {
        return new Arrangement(Map.of(home.name(), new Cluster(home)), DatabaseTable.allAt(home.name()));
    }

    /** The gateway's own cluster. */
    Cluster home() {
        return named(table.home());
    }

    /** The cluster that a database is in. */
    Cluster cluster(String database) {
        return named(table.of(database).cluster());
    }

    private Cluster named(String name) {
        Cluster found = clusters.get(name);
        if (found == null) {
            throw new IllegalStateException("cluster " + name + " is not known");
        }
        return found;
    }

    /** What a database is called in its cluster. */
    String nameThere(String database) {
        return table.of(database).database();
    }

    Optional<Backend> primary(String database) {
        return cluster(database).routes().current().primary();
    }

    /** Where to listen for the clients of a database; empty while its cluster has no primary, and where nobody can. */
    Optional<ListenPlace> listenPlace(String database) {
        return cluster(database)
                .access()
                .service()
                .flatMap(account ->
                        primary(database).map(server -> new ListenPlace(server, nameThere(database), account)));
    }

    /** What is known of the password of a role was wrong, in one of the clusters. */
    void forgetVerifier(String role) {
        clusters.values().forEach(cluster -> cluster.access().verifiers().forget(role));
    }

    /** The databases that are elsewhere in the other arrangement. */
    Set<String> differences(Arrangement other) {
        Set<String> different = new TreeSet<>(table.namedHereOr(other.table));
        different.removeIf(database -> cluster(database).equals(other.cluster(database))
                && nameThere(database).equals(other.nameThere(database)));
        return different;
    }
}
