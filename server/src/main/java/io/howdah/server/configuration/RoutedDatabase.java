package io.howdah.server.configuration;

/**
 * A database that is not where clients would look for it.
 *
 * @param name that clients use
 * @param cluster in which it is; the gateway's own, or a {@link LinkedCluster}
 * @param nameThere what it is called there
 */
public record RoutedDatabase(String name, String cluster, String nameThere) {
    static RoutedDatabase read(MappingReader reader) {
        String name = reader.text("database", "");
        return new RoutedDatabase(
                name,
                reader.text("cluster", ""),
                reader.optionalText("name_there").orElse(name));
    }

    void write(YamlText yaml) {
        yaml.line("  - database", name).line("    cluster", cluster).line("    name_there", nameThere);
    }
}
