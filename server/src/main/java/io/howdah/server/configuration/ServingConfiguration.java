package io.howdah.server.configuration;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Limits of gateways and who may look into them, from the optional {@code serving} group of {@code howdah.yaml}. What is left out is decided
 * by the gateway.
 *
 * @param maximumClients how many clients a gateway serves at the same time
 * @param holdMillis how long a statement waits for a server
 * @param loginMillis how long a client may take to log in
 * @param connectMillis how long one attempt to connect to a server may take
 * @param maximumLagBytes a replica that is further behind gets no reads
 * @param maximumLagMillis nor does one that is behind for longer
 * @param slowStartMillis for how long after its return a replica gets less than its share
 * @param adminUsers the roles that may give orders on the console
 * @param statsUsers the roles that may look there
 * @param slowQueries which requests are logged
 * @param proxyPorts on which proxies begin with a PROXY protocol header: auto, read_write, read_only
 * @param proxyAddresses where these proxies are, as ranges such as 10.0.0.0/8
 */
public record ServingConfiguration(
        Optional<Integer> maximumClients,
        Optional<Integer> holdMillis,
        Optional<Integer> loginMillis,
        Optional<Integer> connectMillis,
        Optional<Long> maximumLagBytes,
        Optional<Integer> maximumLagMillis,
        Optional<Integer> slowStartMillis,
        List<String> adminUsers,
        List<String> statsUsers,
        SlowQueryConfiguration slowQueries,
        List<String> proxyPorts,
        List<String> proxyAddresses) {
    public static final ServingConfiguration USUAL = new ServingConfiguration(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            SlowQueryConfiguration.USUAL,
            List.of(),
            List.of());

    private static final List<String> PORTS = List.of("auto", "read_write", "read_only");
    private static final Pattern COMMAS = Pattern.compile("\\s*,\\s*");

    public ServingConfiguration {
        adminUsers = List.copyOf(adminUsers);
        statsUsers = List.copyOf(statsUsers);
        proxyPorts = List.copyOf(proxyPorts);
        proxyAddresses = List.copyOf(proxyAddresses);
    }

    static ServingConfiguration read(MappingReader reader) {
        ServingConfiguration serving = new ServingConfiguration(
                number(reader, "max_clients", 1),
                number(reader, "hold_ms", 0),
                number(reader, "login_ms", 1),
                number(reader, "connect_ms", 1),
                reader.optionalNumber("max_lag_bytes").stream().boxed().findFirst(),
                number(reader, "max_lag_ms", 0),
                number(reader, "slow_start_ms", 0),
                names(reader, "admin_users"),
                names(reader, "stats_users"),
                reader.group("slow_queries", SlowQueryConfiguration::read),
                names(reader, "proxy_ports"),
                names(reader, "proxy_addresses"));
        serving.proxyPorts.stream()
                .filter(port -> !PORTS.contains(port))
                .forEach(port -> reader.problem(
                        "proxy_ports", "should name auto, read_write or read_only, not '%s'".formatted(port)));
        serving.proxyAddresses.stream()
                .filter(range -> !range.matches("[0-9a-fA-F.:]+/[0-9]{1,3}"))
                .forEach(range -> reader.problem(
                        "proxy_addresses", "should hold ranges such as 10.0.0.0/8, not '%s'".formatted(range)));
        if (serving.proxyPorts.isEmpty() != serving.proxyAddresses.isEmpty()) {
            reader.problem("proxy_ports", "and 'proxy_addresses' belong together");
        }
        return serving;
    }

    static Optional<Integer> number(MappingReader reader, String key, int least) {
        return reader.optionalValue(key, text -> {
            if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < least) {
                throw new IllegalArgumentException("'%s' is not a whole number from %d on".formatted(text, least));
            }
            return Integer.parseInt(text);
        });
    }

    /** One line with commas, as PgBouncer has it. */
    private static List<String> names(MappingReader reader, String key) {
        return reader.optionalText(key).map(COMMAS::split).map(Arrays::asList).orElse(List.of());
    }

    /** Writes the group, unless it says nothing. */
    void write(YamlText yaml) {
        if (equals(USUAL)) {
            return;
        }
        yaml.open("serving");
        maximumClients.ifPresent(number(yaml, "max_clients"));
        holdMillis.ifPresent(number(yaml, "hold_ms"));
        loginMillis.ifPresent(number(yaml, "login_ms"));
        connectMillis.ifPresent(number(yaml, "connect_ms"));
        maximumLagBytes.ifPresent(number(yaml, "max_lag_bytes"));
        maximumLagMillis.ifPresent(number(yaml, "max_lag_ms"));
        slowStartMillis.ifPresent(number(yaml, "slow_start_ms"));
        names(yaml, "admin_users", adminUsers);
        names(yaml, "stats_users", statsUsers);
        names(yaml, "proxy_ports", proxyPorts);
        names(yaml, "proxy_addresses", proxyAddresses);
        slowQueries.write(yaml);
    }

    static Consumer<Number> number(YamlText yaml, String key) {
        return value -> yaml.line("  " + key, value.longValue());
    }

    private static void names(YamlText yaml, String key, List<String> names) {
        if (!names.isEmpty()) {
            yaml.line("  " + key, String.join(", ", names));
        }
    }
}
