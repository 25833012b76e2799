package io.howdah.cli.api;

import java.util.Iterator;
import java.util.Map;

/** Writes {@link Json} as text: on one line for the wire, indented by two for people. */
public final class JsonWriter {
    private final StringBuilder text = new StringBuilder();
    private final boolean indented;

    private JsonWriter(boolean indented) {
        this.indented = indented;
    }

    public static String compact(Json value) {
        return new JsonWriter(false).write(value, 0).text.toString();
    }

    public static String indented(Json value) {
        return new JsonWriter(true).write(value, 0).text.toString();
    }

    private JsonWriter write(Json value, int depth) {
        switch (value) {
            case Json.Nothing ignored -> text.append("null");
            case Json.Truth truth -> text.append(truth.value());
            case Json.Numeral number -> text.append(number.literal());
            case Json.Text string -> quote(string.value());
            case Json.Array array -> write(array, depth);
            case Json.Fields fields -> write(fields, depth);
        }
        return this;
    }

    private void write(Json.Array array, int depth) {
        text.append('[');
        for (Iterator<Json> items = array.items().iterator(); items.hasNext(); ) {
            newLine(depth + 1);
            write(items.next(), depth + 1);
            text.append(items.hasNext() ? "," : "");
        }
        if (!array.items().isEmpty()) {
            newLine(depth);
        }
        text.append(']');
    }

    private void write(Json.Fields fields, int depth) {
        text.append('{');
        for (Iterator<Map.Entry<String, Json>> members =
                        fields.members().entrySet().iterator();
                members.hasNext(); ) {
            Map.Entry<String, Json> member = members.next();
            newLine(depth + 1);
            quote(member.getKey());
            text.append(indented ? ": " : ":");
            write(member.getValue(), depth + 1);
            text.append(members.hasNext() ? "," : "");
        }
        if (!fields.members().isEmpty()) {
            newLine(depth);
        }
        text.append('}');
    }

    private void newLine(int depth) {
        if (indented) {
            text.append('\n').append("  ".repeat(depth));
        }
    }

    private void quote(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char character = string.charAt(i);
            switch (character) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (character < 0x20) {
                        text.append("\\u00").append(Character.forDigit(character >> 4, 16));
                        text.append(Character.forDigit(character & 0xF, 16));
                    } else {
                        text.append(character);
                    }
                }
            }
        }
        text.append('"');
    }
}
