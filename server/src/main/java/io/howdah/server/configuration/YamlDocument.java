package io.howdah.server.configuration;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.dataformat.yaml.YAMLFactory;

/** Parses a YAML file into {@link YamlNode}s; read as a stream of events, so that no object mapper is loaded. */
final class YamlDocument {
    private static final int SIZE_LIMIT_BYTES = 1024 * 1024;
    private static final YAMLFactory YAML = new YAMLFactory();

    private final Path file;
    private final String hint;

    private YamlDocument(Path file, String hint) {
        this.file = file;
        this.hint = hint;
    }

    /** @param hint what a person should do when the file cannot be used */
    static YamlNode.Mapping read(Path file, String hint) {
        return new YamlDocument(file, hint).parse(readText(file, hint));
    }

    static String readText(Path file, String hint) {
        try {
            if (Files.size(file) > SIZE_LIMIT_BYTES) {
                throw new ConfigurationException(file, "the file is larger than 1 MiB", hint);
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(file, "the file does not exist", hint);
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(file, "the file is not UTF-8 text", hint);
        } catch (IOException e) {
            throw new ConfigurationException(file, "the file cannot be read: " + e.getMessage(), hint);
        }
    }

    private YamlNode.Mapping parse(String text) {
        try (Reader reader = new StringReader(text);
                JsonParser parser = YAML.createParser(ObjectReadContext.empty(), reader)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new ConfigurationException(file, "the file is empty", hint);
            }
            YamlNode root = node(parser, first);
            if (root instanceof YamlNode.Mapping mapping) {
                return mapping;
            }
            throw new ConfigurationException(
                    file, "the file should hold keys and values, but holds " + root.kind(), hint);
        } catch (StreamReadException e) {
            TokenStreamLocation location = e.getLocation();
            int line = location == null ? 0 : Math.max(0, location.getLineNr());
            String why = e.getOriginalMessage().lines().findFirst().orElse("");
            throw new ConfigurationException(
                    file, List.of(new ConfigurationProblem(line, "this is not YAML: " + why)), hint);
        } catch (JacksonException | IOException e) {
            throw new ConfigurationException(file, "this is not YAML: " + e.getMessage(), hint);
        }
    }

    private YamlNode node(JsonParser parser, JsonToken token) {
        TokenStreamLocation location = parser.currentTokenLocation();
        int line = location.getLineNr();
        return switch (token) {
            case START_OBJECT -> mapping(parser, line);
            case START_ARRAY -> sequence(parser, line);
            case VALUE_NULL -> new YamlNode.Nothing(line);
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
                new YamlNode.Scalar(parser.getString(), line, location.getColumnNr());
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new ConfigurationException(
                        file, List.of(new ConfigurationProblem(line, "a value is expected here")), hint);
        };
    }

    private YamlNode.Mapping mapping(JsonParser parser, int line) {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            int keyLine = parser.currentTokenLocation().getLineNr();
            if (entries.put(key, node(parser, parser.nextToken())) != null) {
                throw new ConfigurationException(
                        file,
                        List.of(new ConfigurationProblem(keyLine, "the key '%s' appears twice".formatted(key))),
                        hint);
            }
        }
        return new YamlNode.Mapping(entries, line);
    }

    private YamlNode.Sequence sequence(JsonParser parser, int line) {
        List<YamlNode> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(node(parser, token));
        }
        return new YamlNode.Sequence(items, line);
    }
}
