package io.howdah.server.configuration;

import io.howdah.kernel.model.NodeTags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * Takes typed values out of a YAML mapping and notes every problem instead of stopping at the first. A value with a problem
 * is replaced by the given stand-in, which nobody sees, because the file is refused in the end. Confined to one thread.
 */
final class MappingReader {
    private final YamlNode.Mapping mapping;
    private final String path;
    private final List<ConfigurationProblem> problems;
    private final Set<String> known = new LinkedHashSet<>();

    MappingReader(YamlNode.Mapping mapping, List<ConfigurationProblem> problems) {
        this(mapping, "", problems);
    }

    private MappingReader(YamlNode.Mapping mapping, String path, List<ConfigurationProblem> problems) {
        this.mapping = mapping;
        this.path = path;
        this.problems = problems;
    }

    int line(String key) {
        YamlNode node = mapping.entries().get(key);
        return node == null ? mapping.line() : node.line();
    }

    void problem(String key, String what) {
        problems.add(new ConfigurationProblem(line(key), path + key + " " + what));
    }

    /** Whether an optional key is there. */
    boolean has(String key) {
        known.add(key);
        YamlNode node = mapping.entries().get(key);
        return node != null && !(node instanceof YamlNode.Nothing);
    }

    /** The value, or empty when the key is absent or holds nothing. */
    Optional<String> optionalText(String key) {
        known.add(key);
        return switch (mapping.entries().get(key)) {
            case null -> Optional.empty();
            case YamlNode.Nothing _ -> Optional.empty();
            case YamlNode.Scalar scalar -> Optional.of(scalar.value()).filter(value -> !value.isBlank());
            case YamlNode.Sequence other -> wrongKind(key, other);
            case YamlNode.Mapping other -> wrongKind(key, other);
        };
    }

    String text(String key, String standIn) {
        int before = problems.size();
        Optional<String> value = optionalText(key);
        if (value.isEmpty() && problems.size() == before) {
            missing(key);
        }
        return value.orElse(standIn);
    }

    /** Converts a text; what the conversion throws is the problem. */
    <T> T value(String key, T standIn, Function<String, T> conversion) {
        int before = problems.size();
        String text = text(key, "");
        if (problems.size() > before) {
            return standIn;
        }
        try {
            return conversion.apply(text);
        } catch (IllegalArgumentException e) {
            problem(key, "cannot be used: " + e.getMessage());
            return standIn;
        }
    }

    int port(String key) {
        return value(key, 1, text -> {
            if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65535) {
                throw new IllegalArgumentException("'%s' is not a port, a number from 1 to 65535".formatted(text));
            }
            return Integer.parseInt(text);
        });
    }

    boolean flag(String key) {
        return value(key, false, text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'%s' should be true or false".formatted(text));
        });
    }

    /** A value that need not be there. */
    <T> Optional<T> optionalValue(String key, Function<String, T> parser) {
        try {
            return optionalText(key).map(parser);
        } catch (IllegalArgumentException e) {
            problem(key, "cannot be used: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** What an operator wishes of a node; nothing when the key is absent. */
    NodeTags tags() {
        try {
            return NodeTags.parse(optionalText("tags").orElse(""));
        } catch (IllegalArgumentException e) {
            problem("tags", "cannot be used: " + e.getMessage());
            return NodeTags.NONE;
        }
    }

    /** A whole number that need not be there. */
    OptionalLong optionalNumber(String key) {
        Optional<String> value = optionalText(key);
        if (value.isPresent() && !value.get().matches("[0-9]{1,18}")) {
            problem(key, "should be a whole number, not '%s'".formatted(value.get()));
            return OptionalLong.empty();
        }
        return value.map(text -> OptionalLong.of(Long.parseLong(text))).orElse(OptionalLong.empty());
    }

    <T> List<T> list(String key, Function<MappingReader, T> element) {
        known.add(key);
        YamlNode node = mapping.entries().get(key);
        if (node == null || node instanceof YamlNode.Nothing) {
            missing(key);
            return List.of();
        }
        if (!(node instanceof YamlNode.Sequence sequence)) {
            problem(key, "should be a list, but is " + node.kind());
            return List.of();
        }
        List<T> values = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            String place = "%s%s[%d]".formatted(path, key, i + 1);
            if (sequence.items().get(i) instanceof YamlNode.Mapping item) {
                MappingReader reader = new MappingReader(item, place + ".", problems);
                values.add(element.apply(reader));
                reader.finish();
            } else {
                problems.add(
                        new ConfigurationProblem(sequence.items().get(i).line(), place + " should be a group of keys"));
            }
        }
        return values;
    }

    <T> T group(String key, Function<MappingReader, T> content) {
        known.add(key);
        YamlNode node = mapping.entries().get(key);
        YamlNode.Mapping group = new YamlNode.Mapping(java.util.Map.of(), mapping.line());
        if (node instanceof YamlNode.Mapping found) {
            group = found;
        } else if (node != null && !(node instanceof YamlNode.Nothing)) {
            problem(key, "should be a group of keys, but is " + node.kind());
        }
        MappingReader reader = new MappingReader(group, path + key + ".", problems);
        T value = content.apply(reader);
        reader.finish();
        return value;
    }

    /** Reports the keys that nobody asked for; to be called last. */
    void finish() {
        mapping.entries().forEach((key, node) -> {
            if (!known.contains(key)) {
                String suggestion = nearest(key)
                        .map(candidate -> ", did you mean '%s'?".formatted(candidate))
                        .orElse("; permitted are " + String.join(", ", known));
                problems.add(new ConfigurationProblem(
                        node.line(), "the key '%s%s' is not known%s".formatted(path, key, suggestion)));
            }
        });
    }

    private void missing(String key) {
        problems.add(new ConfigurationProblem(
                path.isEmpty() ? 0 : mapping.line(), "the key '%s%s' is missing".formatted(path, key)));
    }

    private Optional<String> wrongKind(String key, YamlNode node) {
        problem(key, "should be a single value, but is " + node.kind());
        return Optional.empty();
    }

    private Optional<String> nearest(String key) {
        return known.stream()
                .filter(candidate -> distance(key, candidate) <= 2)
                .min(Comparator.comparingInt(candidate -> distance(key, candidate)));
    }

    /** Levenshtein's distance: how many letters to add, drop or replace. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
