package io.howdah.cli.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JSON value (RFC 8259). Order of keys and the writing of numbers survive a round trip, so documents stay exact. */
public sealed interface Json {

    /** A missing or null value. */
    enum Nothing implements Json {
        NULL
    }

    /** A truth value. */
    record Truth(boolean value) implements Json {}

    /** A number as it was written. */
    record Numeral(String literal) implements Json {}

    /** A string. */
    record Text(String value) implements Json {}

    /** An array. */
    record Array(List<Json> items) implements Json {
        public Array {
            items = List.copyOf(items);
        }
    }

    /** An object; the accessors read optional members without ceremony, as a client of a growing API must. */
    record Fields(Map<String, Json> members) implements Json {
        public static final Fields EMPTY = new Fields(Map.of());

        public Fields {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        public Json get(String key) {
            return members.getOrDefault(key, Nothing.NULL);
        }

        /** The string of that name, if it is one. */
        public Optional<String> text(String key) {
            return get(key) instanceof Text text ? Optional.of(text.value()) : Optional.empty();
        }

        /** The scalar of that name as text; empty when it is null, missing or not a scalar. */
        public String shown(String key) {
            return switch (get(key)) {
                case Text text -> text.value();
                case Numeral number -> number.literal();
                case Truth truth -> Boolean.toString(truth.value());
                case Nothing ignored -> "";
                case Array ignored -> "";
                case Fields ignored -> "";
            };
        }

        /** The whole number of that name, or 0. */
        public long number(String key) {
            return get(key) instanceof Numeral number && number.literal().matches("-?\\d{1,18}")
                    ? Long.parseLong(number.literal())
                    : 0;
        }

        public boolean truth(String key) {
            return get(key) instanceof Truth truth && truth.value();
        }

        /** The object of that name, or an empty one. */
        public Fields fields(String key) {
            return get(key) instanceof Fields fields ? fields : EMPTY;
        }

        /** The objects of the array of that name. */
        public List<Fields> list(String key) {
            return items(key).stream()
                    .filter(Fields.class::isInstance)
                    .map(Fields.class::cast)
                    .toList();
        }

        /** The strings of the array of that name. */
        public List<String> texts(String key) {
            return items(key).stream()
                    .filter(Text.class::isInstance)
                    .map(item -> ((Text) item).value())
                    .toList();
        }

        private List<Json> items(String key) {
            return get(key) instanceof Array array ? array.items() : List.of();
        }
    }

    static Json of(String value) {
        return new Text(value);
    }

    static Json of(long value) {
        return new Numeral(Long.toString(value));
    }

    static Json of(boolean value) {
        return new Truth(value);
    }

    static Json of(List<? extends Json> items) {
        return new Array(List.copyOf(items));
    }

    static Json of(Optional<String> value) {
        return value.<Json>map(Text::new).orElse(Nothing.NULL);
    }

    /** An object of alternating keys and values. */
    static Fields fields(Object... keysAndValues) {
        Map<String, Json> members = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            members.put((String) keysAndValues[i], (Json) keysAndValues[i + 1]);
        }
        return new Fields(members);
    }
}
