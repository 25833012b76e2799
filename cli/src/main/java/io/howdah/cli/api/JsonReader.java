package io.howdah.cli.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON text into {@link Json}. */
public final class JsonReader {
    private JsonReader() {}

    /**
     * Reads one document.
     *
     * @throws InvalidJsonException when the text is not JSON, saying where
     */
    public static Json read(String text) {
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new InvalidJsonException("the text is empty");
            }
            Json value = value(parser, first);
            if (parser.nextToken() != null) {
                throw new InvalidJsonException("there is more text after the first value");
            }
            return value;
        } catch (JacksonException e) {
            String place = e.getLocation() == null
                    ? ""
                    : "line %d, column %d: "
                            .formatted(
                                    e.getLocation().getLineNr(), e.getLocation().getColumnNr());
            throw new InvalidJsonException(place + e.getOriginalMessage(), e);
        }
    }

    /** Reads one object. */
    public static Json.Fields readFields(String text) {
        if (read(text) instanceof Json.Fields fields) {
            return fields;
        }
        throw new InvalidJsonException("the text is not a JSON object");
    }

    private static Json value(JsonParser parser, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> fields(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> new Json.Text(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Numeral(parser.getString());
            case VALUE_TRUE -> new Json.Truth(true);
            case VALUE_FALSE -> new Json.Truth(false);
            case VALUE_NULL -> Json.Nothing.NULL;
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new InvalidJsonException("unexpected " + token);
        };
    }

    private static Json.Fields fields(JsonParser parser) {
        Map<String, Json> members = new LinkedHashMap<>();
        for (JsonToken token = parser.nextToken(); token == JsonToken.PROPERTY_NAME; token = parser.nextToken()) {
            String name = parser.currentName();
            members.put(name, value(parser, parser.nextToken()));
        }
        return new Json.Fields(members);
    }

    private static Json.Array array(JsonParser parser) {
        List<Json> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(parser, token));
        }
        return new Json.Array(items);
    }
}
