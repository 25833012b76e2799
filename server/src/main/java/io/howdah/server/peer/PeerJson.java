package io.howdah.server.peer;

import io.howdah.kernel.election.Envelope;
import io.howdah.kernel.election.Message;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes and reads the messages between nodes, one JSON document per line. Any thread.
 *
 * <p>The codec follows the records, so a message added to the sealed {@link Message} needs nothing here.
 */
public final class PeerJson {
    private static final Map<String, Class<?>> MESSAGES = Arrays.stream(Message.class.getPermittedSubclasses())
            .collect(Collectors.toUnmodifiableMap(Class::getSimpleName, Function.identity()));

    private final JsonMapper mapper =
            JsonMapper.builder().addModule(valueTypes()).build();

    /** One line, without its end. */
    public String write(Envelope envelope) {
        ObjectNode document = mapper.createObjectNode();
        document.put("cluster", envelope.cluster().value());
        document.put("from", envelope.from().value());
        document.put("to", envelope.to().value());
        document.put("term", envelope.term().value());
        document.put("type", envelope.message().getClass().getSimpleName());
        document.set("message", mapper.valueToTree(envelope.message()));
        return mapper.writeValueAsString(document);
    }

    /** @throws IllegalArgumentException when the line is not a message that this version knows */
    public Envelope read(String line) {
        try {
            JsonNode document = mapper.readTree(line);
            Class<?> type = MESSAGES.get(document.path("type").stringValue(""));
            if (type == null) {
                throw new IllegalArgumentException("unknown type of message in: " + line);
            }
            return new Envelope(
                    new ClusterId(document.path("cluster").stringValue()),
                    new NodeId(document.path("from").stringValue()),
                    new NodeId(document.path("to").stringValue()),
                    new Term(document.path("term").longValue()),
                    (Message) mapper.treeToValue(document.path("message"), type));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a message: " + e.getOriginalMessage(), e);
        }
    }

    private static SimpleModule valueTypes() {
        SimpleModule module = new SimpleModule("howdah-values");
        asText(module, NodeId.class, NodeId::value, NodeId::new);
        asText(module, ClusterId.class, ClusterId::value, ClusterId::new);
        asText(module, Lsn.class, Lsn::toString, Lsn::parse);
        asText(module, Term.class, Term::toString, text -> new Term(Long.parseLong(text)));
        asText(module, TimelineId.class, TimelineId::toString, text -> new TimelineId(Integer.parseInt(text)));
        return module;
    }

    private static <T> void asText(
            SimpleModule module, Class<T> type, Function<T, String> print, Function<String, T> parse) {
        module.addSerializer(type, new ValueSerializer<T>() {
            @Override
            public void serialize(T value, JsonGenerator generator, SerializationContext context) {
                generator.writeString(print.apply(value));
            }
        });
        module.addDeserializer(type, new ValueDeserializer<T>() {
            @Override
            public T deserialize(JsonParser parser, DeserializationContext context) {
                return parse.apply(parser.getString());
            }
        });
    }
}
