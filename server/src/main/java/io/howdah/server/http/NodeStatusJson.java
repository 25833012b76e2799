package io.howdah.server.http;

import io.howdah.kernel.model.AddressGrant;
import io.howdah.kernel.model.LogicalSlot;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.TimelineId;
import java.io.StringWriter;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON form of a {@link NodeStatus}: one line, snake_case keys, {@code null} for what is absent.
 *
 * <p>Written and read as a stream of tokens, without databind, since every gateway and node does this several times a
 * second and would load the whole mapper for one record. Readers skip keys that they do not know, so that nodes of two
 * versions can talk while a cluster is upgraded. Stateless; safe from any thread.
 */
public final class NodeStatusJson {
    private static final JsonFactory JSON = new JsonFactory();

    private NodeStatusJson() {}

    /** The status as one line of JSON, without a line break at its end. */
    public static String write(NodeStatus status) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            writeIdentity(json, status);
            writeLeadership(json, status);
            writeData(json, status);
            writeAddresses(json, status);
            json.writeEndObject();
        }
        return text.toString();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws MalformedDocumentException when the text is not JSON, lacks a key or holds an impossible value
     */
    public static NodeStatus read(String text) {
        NodeStatusFields fields = new NodeStatusFields();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            fields.readAll(json);
        } catch (JacksonException e) {
            throw new MalformedDocumentException("a node's status is not JSON: " + e.getOriginalMessage(), e);
        }
        return fields.toStatus();
    }

    private static void writeIdentity(JsonGenerator json, NodeStatus status) {
        json.writeStringProperty("cluster", status.cluster().value());
        json.writeStringProperty("node", status.node().value());
        json.writeStringProperty("cell", status.cell().value());
        json.writeNumberProperty("sequence", status.sequence());
    }

    private static void writeLeadership(JsonGenerator json, NodeStatus status) {
        json.writeNumberProperty("term", status.term().value());
        writeNullable(json, "leader", status.leader().map(NodeId::value).orElse(""));
        json.writeStringProperty("role", status.role().name().toLowerCase(Locale.ROOT));
        json.writeStringProperty("state", status.state().name().toLowerCase(Locale.ROOT));
        json.writeStringProperty("reason", status.reason());
        json.writeBooleanProperty("gate_open", status.gateOpen());
        writeNullable(json, "drain", status.drain().orElse(""));
        writeNullable(json, "successor", status.successor().map(NodeId::value).orElse(""));
    }

    private static void writeData(JsonGenerator json, NodeStatus status) {
        json.writeName("timeline");
        status.position()
                .map(Position::timeline)
                .map(TimelineId::value)
                .ifPresentOrElse(json::writeNumber, json::writeNull);
        writeNullable(
                json,
                "lsn",
                status.position().map(Position::lsn).map(Lsn::toString).orElse(""));
        json.writeNumberProperty("lag_bytes", status.lagBytes());
        json.writeBooleanProperty("voter", status.voter());
        json.writeArrayPropertyStart("members");
        status.members().forEach(member -> json.writeString(member.value()));
        json.writeEndArray();
    }

    private static void writeAddresses(JsonGenerator json, NodeStatus status) {
        json.writeNumberProperty("pid", status.processId());
        json.writeNumberProperty("postgres_pid", status.postgresProcessId());
        json.writeStringProperty("host", status.host());
        json.writeNumberProperty("postgres_port", status.postgresPort());
        json.writeNumberProperty("api_port", status.apiPort());
        json.writeStringProperty("data_dir", status.dataDirectory());
        json.writeStringProperty("tags", status.tags().toString());
        json.writeStringProperty("pending_restart", String.join(" ", status.pendingRestart()));
        json.writeStringProperty("logical_slots", LogicalSlot.toText(status.logicalSlots()));
        json.writeStringProperty("address_grants", AddressGrant.toText(status.addressGrants()));
        json.writeBooleanProperty("paused", status.pause().on());
        json.writeNumberProperty("pause_version", status.pause().version());
        json.writeNumberProperty("paused_until", status.pause().untilEpochMillis());
        json.writeStringProperty("pause_reason", status.pause().reason());
    }

    private static void writeNullable(JsonGenerator json, String key, String valueOrEmpty) {
        if (valueOrEmpty.isEmpty()) {
            json.writeNullProperty(key);
        } else {
            json.writeStringProperty(key, valueOrEmpty);
        }
    }
}
