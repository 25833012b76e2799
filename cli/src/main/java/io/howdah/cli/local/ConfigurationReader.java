package io.howdah.cli.local;

import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads the YAML files of a cluster directory. Every problem becomes a {@link CliException} that names the file and, as
 * far as possible, the line or the key.
 */
final class ConfigurationReader {
    private final Path file;

    private ConfigurationReader(Path file) {
        this.file = file;
    }

    static ClusterConfiguration readConfiguration(Path file) {
        return new ConfigurationReader(file).configuration();
    }

    /** Reads a flat file of names and texts. */
    static Map<String, String> readTexts(Path file) {
        Map<String, String> texts = new LinkedHashMap<>();
        new ConfigurationReader(file).load().forEach((key, value) -> texts.put(key, String.valueOf(value)));
        return texts;
    }

    private ClusterConfiguration configuration() {
        Map<String, Object> root = load();
        String host = textOr(root, "host", "127.0.0.1");
        Map<String, Object> admin = root.get("admin") instanceof Map<?, ?> map ? keyed(map) : Map.of();
        return new ClusterConfiguration(
                text(root, "name"),
                text(root, "id"),
                textOr(root, "postgres_binaries", ""),
                "http://%s:%d".formatted(host, admin.isEmpty() ? 7654 : port(admin, "port")),
                list(
                        root,
                        "nodes",
                        entry -> new ClusterConfiguration.Node(
                                text(entry, "id"),
                                text(entry, "cell"),
                                textOr(entry, "host", host),
                                port(entry, "postgres_port"),
                                port(entry, "api_port"))),
                list(
                        root,
                        "gateways",
                        entry -> new ClusterConfiguration.Gateway(
                                text(entry, "id"),
                                text(entry, "cell"),
                                textOr(entry, "host", host),
                                port(entry, "auto"),
                                port(entry, "read_write"),
                                port(entry, "read_only"),
                                // As the server fills it in.
                                entry.containsKey("http") ? port(entry, "http") : port(entry, "auto") + 3)),
                root.containsKey("virtual_addresses")
                        ? list(
                                root,
                                "virtual_addresses",
                                entry -> new ClusterConfiguration.VirtualAddress(
                                        text(entry, "address"), text(entry, "interface"), textOr(entry, "cell", "")))
                        : List.of());
    }

    private Map<String, Object> load() {
        try {
            Object document = new Load(
                            LoadSettings.builder().setLabel(file.toString()).build())
                    .loadFromString(Files.readString(file));
            if (document instanceof Map<?, ?> map) {
                return keyed(map);
            }
            throw broken("it is not a list of 'key: value' lines");
        } catch (MarkedYamlEngineException e) {
            String line = e.getProblemMark()
                    .map(mark -> "line " + (mark.getLine() + 1) + ": ")
                    .orElse("");
            throw broken(line + e.getProblem()).causedBy(e);
        } catch (YamlEngineException e) {
            throw broken(String.valueOf(e.getMessage())).causedBy(e);
        } catch (IOException e) {
            throw new CliException(
                            ExitCode.FAILED, "cannot read " + file, e.toString(), "check the permissions of the file")
                    .causedBy(e);
        }
    }

    private CliException broken(String why) {
        return new CliException(
                ExitCode.FAILED,
                "%s is not valid".formatted(file),
                why,
                "correct the file by hand, or restore it from a copy");
    }

    private static Map<String, Object> keyed(Map<?, ?> map) {
        Map<String, Object> keyed = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (value != null) {
                keyed.put(String.valueOf(key), value);
            }
        });
        return keyed;
    }

    private String text(Map<String, Object> map, String key) {
        Object value = map.get(key);
        if (value == null || value instanceof Map || value instanceof List) {
            throw broken("'%s' is missing or not a plain value".formatted(key));
        }
        return value.toString();
    }

    private static String textOr(Map<String, Object> map, String key, String fallback) {
        Object value = map.get(key);
        return value == null ? fallback : value.toString();
    }

    private int port(Map<String, Object> map, String key) {
        if (map.get(key) instanceof Integer port && port > 0 && port < 65_536) {
            return port;
        }
        throw broken(
                "'%s' must be a port between 1 and 65535, not %s".formatted(key, map.getOrDefault(key, "missing")));
    }

    private <T> List<T> list(Map<String, Object> root, String key, Function<Map<String, Object>, T> read) {
        if (!(root.get(key) instanceof List<?> items)) {
            throw broken("'%s' must be a list".formatted(key));
        }
        List<T> result = new ArrayList<>();
        for (Object item : items) {
            if (!(item instanceof Map<?, ?> map)) {
                throw broken("each entry of '%s' must hold 'key: value' pairs".formatted(key));
            }
            result.add(read.apply(keyed(map)));
        }
        return result;
    }
}
