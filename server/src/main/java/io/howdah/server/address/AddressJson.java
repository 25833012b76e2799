package io.howdah.server.address;

import io.howdah.kernel.address.AddressAnswer;
import io.howdah.kernel.address.AddressRequest;
import io.howdah.kernel.address.Contestant;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.NodeId;
import io.howdah.server.http.MalformedDocumentException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON of requests and answers about virtual addresses. Stateless. */
final class AddressJson {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private AddressJson() {}

    static String write(AddressRequest request) {
        ObjectNode json = contestant(MAPPER.createObjectNode(), request.from());
        json.put("address", request.address());
        json.put("sequence", request.sequence());
        json.put("wish", request.wish().name().toLowerCase(Locale.ROOT));
        return MAPPER.writeValueAsString(json);
    }

    /** @throws MalformedDocumentException when the text is not a request of this version */
    static AddressRequest readRequest(String text) {
        return read(
                text,
                json -> new AddressRequest(
                        json.path("address").stringValue(),
                        contestant(json),
                        json.path("sequence").longValue(),
                        AddressRequest.Wish.valueOf(
                                json.path("wish").stringValue().toUpperCase(Locale.ROOT))));
    }

    static String write(AddressAnswer answer) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("node", answer.node().value());
        json.put("sequence", answer.sequence());
        ArrayNode members = json.putArray("members");
        answer.members().forEach(member -> members.add(member.value()));
        json.put("granted", answer.granted());
        answer.holder().ifPresent(holder -> contestant(json.putObject("holder"), holder));
        json.put("free_after_ms", answer.freeAfterMillis());
        ArrayNode candidates = json.putArray("candidates");
        answer.candidates()
                .forEach(candidate -> contestant(candidates.addObject(), candidate.who())
                        .put("healthy_ms", candidate.healthyMillis()));
        return MAPPER.writeValueAsString(json);
    }

    /** @throws MalformedDocumentException when the text is not an answer of this version */
    static AddressAnswer readAnswer(String text) {
        return read(text, json -> {
            SortedSet<NodeId> members = new TreeSet<>();
            json.path("members").forEach(member -> members.add(new NodeId(member.stringValue())));
            List<AddressAnswer.Candidate> candidates = new ArrayList<>();
            json.path("candidates")
                    .forEach(candidate -> candidates.add(new AddressAnswer.Candidate(
                            contestant(candidate), candidate.path("healthy_ms").longValue())));
            return new AddressAnswer(
                    new NodeId(json.path("node").stringValue()),
                    json.path("sequence").longValue(),
                    members,
                    json.path("granted").booleanValue(),
                    Optional.of(json.path("holder")).filter(JsonNode::isObject).map(AddressJson::contestant),
                    json.path("free_after_ms").longValue(),
                    candidates);
        });
    }

    private static ObjectNode contestant(ObjectNode json, Contestant who) {
        return json.put("gateway", who.gateway().value()).put("run", who.run()).put("priority", who.priority());
    }

    private static Contestant contestant(JsonNode json) {
        return new Contestant(
                new GatewayId(json.path("gateway").stringValue()),
                json.path("run").stringValue(),
                json.path("priority").intValue());
    }

    private interface Reading<T> {
        T from(JsonNode json);
    }

    private static <T> T read(String text, Reading<T> reading) {
        try {
            return reading.from(MAPPER.readTree(text));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new MalformedDocumentException("not about a virtual address: " + e.getMessage(), e);
        }
    }
}
