package io.howdah.testkit.cluster;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/** Compares what the writers were told with what every node holds. */
public final class Audit {
    private final Supplier<Map<String, String>> nodes;

    public Audit(LocalCluster cluster) {
        this(cluster::directUris);
    }

    /** @param nodes the names of the nodes and JDBC URIs straight to their PostgreSQL, asked for at each look */
    public Audit(Supplier<Map<String, String>> nodes) {
        this.nodes = nodes;
    }

    /** How many acknowledged ids are missing from the node that misses most, once all nodes are equal. */
    public int missingAcknowledged(Ledger ledger) {
        Map<String, Set<Long>> rows = rowsOnceEqual();
        int worst = 0;
        for (Set<Long> held : rows.values()) {
            Set<Long> missing = new TreeSet<>(ledger.ids());
            missing.removeAll(held);
            worst = Math.max(worst, missing.size());
        }
        return worst;
    }

    /** The ids on every node; fails when the nodes do not become equal in time. */
    public Map<String, Set<Long>> rowsOnceEqual() {
        return Awaitility.await("all nodes hold the same rows")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(this::rows, rows -> Set.copyOf(rows.values()).size() == 1);
    }

    private Map<String, Set<Long>> rows() throws SQLException {
        Map<String, Set<Long>> rows = new TreeMap<>();
        for (Map.Entry<String, String> node : nodes.get().entrySet()) {
            rows.put(node.getKey(), rowsOf(node.getValue()));
        }
        return rows;
    }

    private static Set<Long> rowsOf(String direct) throws SQLException {
        Set<Long> ids = new TreeSet<>();
        try (Connection connection = DriverManager.getConnection(direct);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select id from howdah_ledger")) {
            while (result.next()) {
                ids.add(result.getLong(1));
            }
        }
        return ids;
    }
}
