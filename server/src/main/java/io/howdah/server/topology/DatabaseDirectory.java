package io.howdah.server.topology;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeId;
import io.howdah.server.configuration.DatabaseRouting;
import io.howdah.server.configuration.LinkedCluster;
import io.howdah.server.configuration.PeerEntry;
import io.howdah.server.configuration.RoutedDatabase;
import io.howdah.server.topology.TopologyStore.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The part of the topology from which the gateways of a cluster are told where databases are: other clusters under {@code /clusters}, and
 * what is not as usual under the cluster's {@code databases}. Safe from any thread.
 */
public final class DatabaseDirectory {
    private static final String CLUSTERS = "/clusters/";
    private static final String LINKED = "linked";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final TopologyStore store;
    private final String home;

    /** @param home the name of the cluster whose gateways are told */
    DatabaseDirectory(TopologyStore store, String home) {
        this.store = store;
        this.home = home;
    }

    /** Whether the topology knows the cluster at all; if not, it is new or was lost. */
    public boolean isRecorded() {
        return store.get(CLUSTERS + home).isPresent();
    }

    /** Everything that gateways must know. */
    public DatabaseRouting routing() {
        List<LinkedCluster> clusters = new ArrayList<>();
        for (Entry entry : store.list(CLUSTERS)) {
            String name = entry.key().substring(CLUSTERS.length());
            if (!name.contains("/")) {
                JsonNode document = read(entry);
                if (document.path(LINKED).asBoolean()) {
                    clusters.add(cluster(name, document));
                }
            }
        }
        List<RoutedDatabase> databases = new ArrayList<>();
        for (Entry entry : store.list(databases())) {
            String name = entry.key().substring(databases().length());
            database(name, read(entry)).ifPresent(databases::add);
        }
        return new DatabaseRouting(clusters, databases);
    }

    public void put(LinkedCluster cluster) {
        ObjectNode document = JSON.createObjectNode()
                .put("id", cluster.id().value())
                .put(LINKED, true)
                .put("secrets", cluster.secrets().toString());
        ArrayNode nodes = document.putArray("nodes");
        cluster.nodes()
                .forEach(node -> nodes.addObject()
                        .put("node", node.node().value())
                        .put("host", node.host())
                        .put("api_port", node.apiPort()));
        write(CLUSTERS + cluster.name(), document);
    }

    public void removeCluster(String name) {
        delete(CLUSTERS + name);
    }

    public void put(RoutedDatabase database) {
        write(
                databases() + database.name(),
                JSON.createObjectNode().put("cluster", database.cluster()).put("name_there", database.nameThere()));
    }

    public void removeDatabase(String name) {
        delete(databases() + name);
    }

    private String databases() {
        return CLUSTERS + home + "/databases/";
    }

    private static LinkedCluster cluster(String name, JsonNode document) {
        List<PeerEntry> nodes = new ArrayList<>();
        document.path("nodes")
                .forEach(node -> nodes.add(new PeerEntry(
                        new NodeId(node.path("node").asString()),
                        node.path("host").asString(),
                        node.path("api_port").asInt())));
        return new LinkedCluster(
                name,
                new ClusterId(document.path("id").asString()),
                Path.of(document.path("secrets").asString()),
                nodes);
    }

    /** Empty for a database that is where clients look for it. */
    private static Optional<RoutedDatabase> database(String name, JsonNode document) {
        return document.has("cluster")
                ? Optional.of(new RoutedDatabase(
                        name,
                        document.path("cluster").asString(),
                        document.path("name_there").asString(name)))
                : Optional.empty();
    }

    private static JsonNode read(Entry entry) {
        try {
            return JSON.readTree(entry.document());
        } catch (JacksonException e) {
            throw new TopologyStoreException(
                    "%s is not JSON: %s".formatted(entry.key(), e.getOriginalMessage()),
                    "somebody else has written it; delete the entry",
                    e);
        }
    }

    private void write(String key, ObjectNode document) {
        store.put(
                key,
                JSON.writeValueAsString(document),
                store.get(key).map(Entry::version).orElse(TopologyStore.ABSENT));
    }

    private void delete(String key) {
        store.get(key).ifPresent(entry -> store.delete(key, entry.version()));
    }
}
