package io.howdah.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "{}",
                "{\"b\":1,\"a\":[true,false,null,-0.10e+5,123456789012345678901234567890]}",
                "\"\\\"\\\\\\n\\r\\t\\u0001\u00e4\ud83d\ude00\"",
                "[[[[\"deep\"]]],{\"\":{}}]"
            })
    void survivesARoundTrip(String text) {
        Json value = JsonReader.read(text);

        assertThat(JsonWriter.compact(value)).isEqualTo(text);
        assertThat(JsonReader.read(JsonWriter.indented(value))).isEqualTo(value);
    }

    @Test
    void indentsByTwo() {
        assertThat(JsonWriter.indented(JsonReader.read("{\"a\":[1,{\"b\":[]}]}")))
                .isEqualTo("""
                        {
                          "a": [
                            1,
                            {
                              "b": []
                            }
                          ]
                        }""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\":}", "[1,]", "1 2", "nul", "{\"a\" 1}"})
    void saysWhereTextIsNotJson(String text) {
        assertThatThrownBy(() -> JsonReader.read(text)).isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void readsMembersLeniently() {
        Json.Fields fields = JsonReader.readFields("{\"n\":5,\"s\":\"x\",\"l\":[\"a\",1,{\"k\":true}],\"z\":null}");

        assertThat(fields.number("n")).isEqualTo(5);
        assertThat(fields.number("s")).isZero();
        assertThat(fields.shown("n")).isEqualTo("5");
        assertThat(fields.shown("z")).isEmpty();
        assertThat(fields.text("n")).isEmpty();
        assertThat(fields.texts("l")).containsExactly("a");
        assertThat(fields.list("l")).hasSize(1).allMatch(item -> item.truth("k"));
        assertThat(fields.fields("absent")).isEqualTo(Json.Fields.EMPTY);
    }
}
