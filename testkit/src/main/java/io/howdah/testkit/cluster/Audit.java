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
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** Compares what the writers were told with what every node holds. */
public final class Audit {
    private final LocalCluster cluster;

    public Audit(LocalCluster cluster) {
        this.cluster = cluster;
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
        for (JsonNode node : cluster.status().path("nodes")) {
            rows.put(node.path("id").stringValue(), rowsOf(node));
        }
        return rows;
    }

    private Set<Long> rowsOf(JsonNode node) throws SQLException {
        String dsn = cluster.dsn("rw", node.path("cell").stringValue());
        String direct =
                JdbcUri.of(dsn).replaceFirst(":\\d+/", ":" + node.path("port").intValue() + "/");
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
