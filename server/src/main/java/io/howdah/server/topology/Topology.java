package io.howdah.server.topology;

import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.topology.TopologyStore.Entry;
import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The layout of the store's keys, and the way a local cluster's configuration gets there.
 *
 * <pre>
 * /cells/{cell}
 * /clusters/{cluster}                         other clusters too, see {@link DatabaseDirectory}
 * /clusters/{cluster}/databases/{database}
 * /clusters/{cluster}/nodes/{node}
 * /clusters/{cluster}/gateways/{gateway}
 * </pre>
 */
public final class Topology {
    private static final JsonFactory JSON = new JsonFactory();

    private final TopologyStore store;

    public Topology(TopologyStore store) {
        this.store = store;
    }

    /** Where databases are, for the gateways of this cluster. */
    public DatabaseDirectory databases(String cluster) {
        return new DatabaseDirectory(store, cluster);
    }

    /** Makes the store say what the configuration says about this cluster; writes only what differs. */
    public void record(ClusterConfiguration configuration) {
        String cluster = "/clusters/" + configuration.name();
        TreeMap<String, String> wanted = new TreeMap<>();
        wanted.put(cluster, document(json -> {
            json.writeStringProperty("id", configuration.id().value());
            json.writeStringProperty("host", configuration.host());
        }));
        wanted.put(cluster + "/databases/postgres", document(json -> {}));
        TreeSet<String> cells = new TreeSet<>();
        configuration.nodes().forEach(node -> {
            cells.add(node.cell().value());
            wanted.put(cluster + "/nodes/" + node.id(), document(json -> {
                json.writeStringProperty("cell", node.cell().value());
                json.writeNumberProperty("postgres_port", node.postgresPort());
                json.writeNumberProperty("api_port", node.apiPort());
            }));
        });
        configuration.gateways().forEach(gateway -> {
            cells.add(gateway.cell().value());
            wanted.put(cluster + "/gateways/" + gateway.id(), document(json -> {
                json.writeStringProperty("cell", gateway.cell().value());
                json.writeNumberProperty("auto", gateway.ports().auto());
                json.writeNumberProperty("read_write", gateway.ports().readWrite());
                json.writeNumberProperty("read_only", gateway.ports().readOnly());
            }));
        });
        cells.forEach(cell -> wanted.put("/cells/" + cell, document(json -> {})));
        apply(cluster, wanted);
    }

    private void apply(String cluster, Map<String, String> wanted) {
        wanted.forEach((key, document) -> {
            Optional<Entry> present = store.get(key);
            if (present.map(Entry::document).filter(document::equals).isEmpty()) {
                store.put(key, document, present.map(Entry::version).orElse(TopologyStore.ABSENT));
            }
        });
        store.list(cluster + "/").stream()
                .filter(entry -> isProcess(entry.key()) && !wanted.containsKey(entry.key()))
                .forEach(entry -> store.delete(entry.key(), entry.version()));
    }

    private static boolean isProcess(String key) {
        return key.contains("/nodes/") || key.contains("/gateways/");
    }

    private static String document(Consumer<JsonGenerator> content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            content.accept(json);
            json.writeEndObject();
        }
        return text.toString();
    }
}
