package io.howdah.server.http;

import io.howdah.kernel.model.AddressGrant;
import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.LogicalSlot;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.NodeTags;
import io.howdah.kernel.model.Pause;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Role;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The values of one status document by key, collected while it is read; confined to the reading thread. */
final class NodeStatusFields {
    /** Without these a status means nothing; the others have a value that stands for "not said". */
    private static final List<String> REQUIRED = List.of(
            "cluster",
            "node",
            "cell",
            "sequence",
            "term",
            "role",
            "state",
            "gate_open",
            "host",
            "postgres_port",
            "api_port");

    private final Map<String, String> values = new HashMap<>();
    private final SortedSet<NodeId> members = new TreeSet<>();

    void readAll(JsonParser json) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new MalformedDocumentException("a node's status is not a JSON object");
        }
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            JsonToken token = json.nextToken();
            if (token == JsonToken.START_ARRAY && key.equals("members")) {
                readMembers(json);
            } else if (token == JsonToken.START_ARRAY || token == JsonToken.START_OBJECT) {
                json.skipChildren();
            } else if (token != JsonToken.VALUE_NULL) {
                values.put(key, json.getString());
            }
        }
    }

    NodeStatus toStatus() {
        List<String> missing =
                REQUIRED.stream().filter(key -> !values.containsKey(key)).toList();
        if (!missing.isEmpty()) {
            throw new MalformedDocumentException("a node's status lacks " + String.join(", ", missing));
        }
        try {
            return build();
        } catch (IllegalArgumentException e) {
            throw new MalformedDocumentException("a node's status holds an impossible value: " + e.getMessage(), e);
        }
    }

    private NodeStatus build() {
        return new NodeStatus(
                new ClusterId(text("cluster")),
                new NodeId(text("node")),
                new Cell(text("cell")),
                number("sequence"),
                new Term(number("term")),
                optional("leader").map(NodeId::new),
                Role.valueOf(text("role").toUpperCase(Locale.ROOT)),
                NodeState.valueOf(text("state").toUpperCase(Locale.ROOT)),
                text("reason"),
                flag("gate_open"),
                optional("drain"),
                optional("successor").map(NodeId::new),
                position(),
                number("lag_bytes"),
                flag("voter"),
                members,
                number("pid"),
                number("postgres_pid"),
                text("host"),
                port("postgres_port"),
                port("api_port"),
                text("data_dir"),
                NodeTags.parse(text("tags")),
                optional("pending_restart")
                        .map(names -> List.of(names.split(" ")))
                        .orElse(List.of()),
                LogicalSlot.parse(optional("logical_slots").orElse("")),
                AddressGrant.parse(optional("address_grants").orElse("")),
                new Pause(number("pause_version"), flag("paused"), number("paused_until"), text("pause_reason")));
    }

    private void readMembers(JsonParser json) {
        while (json.nextToken() == JsonToken.VALUE_STRING) {
            try {
                members.add(new NodeId(json.getString()));
            } catch (IllegalArgumentException e) {
                throw new MalformedDocumentException("a node's status names an impossible member", e);
            }
        }
        if (json.currentToken() != JsonToken.END_ARRAY) {
            throw new MalformedDocumentException("a node's status has members that are not text");
        }
    }

    private Optional<Position> position() {
        Optional<String> lsn = optional("lsn");
        return optional("timeline")
                .flatMap(timeline ->
                        lsn.map(text -> new Position(new TimelineId(Integer.parseInt(timeline)), Lsn.parse(text))));
    }

    private Optional<String> optional(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
    }

    private String text(String key) {
        return optional(key).orElse("");
    }

    private boolean flag(String key) {
        return optional(key).map(Boolean::parseBoolean).orElse(false);
    }

    private long number(String key) {
        String value = optional(key).orElse("0");
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s is '%s' and should be a whole number".formatted(key, value), e);
        }
    }

    private int port(String key) {
        long value = number(key);
        if (value < 1 || value > 65535) {
            throw new IllegalArgumentException("%s is %d and should be a port".formatted(key, value));
        }
        return (int) value;
    }
}
