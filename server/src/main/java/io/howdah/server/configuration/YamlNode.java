package io.howdah.server.configuration;

import java.util.List;
import java.util.Map;

/** A parsed YAML document that still knows where each part stood, so that messages and edits can point at it. */
sealed interface YamlNode {
    /** Counted from 1. */
    int line();

    /** A word for messages. */
    String kind();

    /** @param column counted from 1, where the value itself begins */
    record Scalar(String value, int line, int column) implements YamlNode {
        @Override
        public String kind() {
            return "a value";
        }
    }

    record Nothing(int line) implements YamlNode {
        @Override
        public String kind() {
            return "nothing";
        }
    }

    record Sequence(List<YamlNode> items, int line) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    record Mapping(Map<String, YamlNode> entries, int line) implements YamlNode {
        @Override
        public String kind() {
            return "a group of keys";
        }
    }
}
