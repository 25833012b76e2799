package io.howdah.server.configuration;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How gateways share connections to servers, from the optional {@code pooling} group of {@code howdah.yaml}. What is left out is decided
 * by the gateway.
 *
 * @param rules for all databases and roles
 * @param exceptions for some of them; the first that fits counts
 * @param connections how many connections a gateway may have to one server over all pools
 * @param clientsPerRole how many clients a role may have
 * @param clientsPerDatabase how many clients a database may have
 * @param preparedStatements how many prepared statements a server connection keeps
 * @param weakerCommit whether clients may lower synchronous_commit, and so lose acknowledged commits in a failover
 */
public record PoolingConfiguration(
        Rules rules,
        List<Exemption> exceptions,
        Connections connections,
        Optional<Integer> clientsPerRole,
        Optional<Integer> clientsPerDatabase,
        Optional<Integer> preparedStatements,
        boolean weakerCommit) {
    public static final PoolingConfiguration USUAL = new PoolingConfiguration(
            new Rules(
                    Mode.TRANSACTION,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()),
            List.of(),
            new Connections(Optional.empty(), Optional.empty(), Optional.empty()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false);

    public PoolingConfiguration {
        exceptions = List.copyOf(exceptions);
    }

    /** For how long a client keeps a connection. */
    public enum Mode {
        TRANSACTION,
        SESSION,
        STATEMENT
    }

    /** The rules of one pool. */
    public record Rules(
            Mode mode,
            Optional<Integer> minimum,
            Optional<Integer> maximum,
            Optional<Integer> reserve,
            Optional<Integer> reserveAfterMillis,
            Optional<Integer> waitMillis,
            Optional<Integer> lifetimeMillis,
            Optional<Integer> idleMillis) {
        private static Rules read(MappingReader reader) {
            Rules rules = new Rules(
                    reader.has("mode") ? reader.value("mode", Mode.TRANSACTION, Rules::mode) : Mode.TRANSACTION,
                    number(reader, "minimum"),
                    number(reader, "maximum"),
                    number(reader, "reserve"),
                    number(reader, "reserve_after_ms"),
                    number(reader, "wait_ms"),
                    number(reader, "lifetime_ms"),
                    number(reader, "idle_ms"));
            if (rules.maximum.isPresent() && rules.maximum.get() < 1) {
                reader.problem("maximum", "should be at least 1");
            }
            if (rules.minimum.orElse(0) > rules.maximum.orElse(20)) {
                reader.problem("minimum", "is greater than the maximum of " + rules.maximum.orElse(20));
            }
            return rules;
        }

        private void write(YamlText yaml, String indent) {
            yaml.line(indent + "mode", mode.name().toLowerCase(Locale.ROOT));
            minimum.ifPresent(count -> yaml.line(indent + "minimum", count));
            maximum.ifPresent(count -> yaml.line(indent + "maximum", count));
            reserve.ifPresent(count -> yaml.line(indent + "reserve", count));
            reserveAfterMillis.ifPresent(millis -> yaml.line(indent + "reserve_after_ms", millis));
            waitMillis.ifPresent(millis -> yaml.line(indent + "wait_ms", millis));
            lifetimeMillis.ifPresent(millis -> yaml.line(indent + "lifetime_ms", millis));
            idleMillis.ifPresent(millis -> yaml.line(indent + "idle_ms", millis));
        }

        private static Mode mode(String text) {
            return switch (text) {
                case "transaction" -> Mode.TRANSACTION;
                case "session" -> Mode.SESSION;
                case "statement" -> Mode.STATEMENT;
                default ->
                    throw new IllegalArgumentException(
                            "'%s' should be transaction, session or statement".formatted(text));
            };
        }
    }

    /** Rules for a database, a role, or a role in a database. */
    public record Exemption(Optional<String> database, Optional<String> role, Rules rules) {
        private static Exemption read(MappingReader reader) {
            Optional<String> database = reader.optionalText("database");
            Optional<String> role = reader.optionalText("role");
            if (database.isEmpty() && role.isEmpty()) {
                reader.problem("role", "or 'database' is needed: for whom is the exception?");
            }
            return new Exemption(database, role, Rules.read(reader));
        }

        private void write(YamlText yaml) {
            String dash = "    - ";
            if (database.isPresent()) {
                yaml.line(dash + "database", database.get());
                dash = "      ";
            }
            if (role.isPresent()) {
                yaml.line(dash + "role", role.get());
            }
            rules.write(yaml, "      ");
        }
    }

    /** How many connections a gateway may have to one server: in all, to one database, as one role. 0 is no limit. */
    public record Connections(Optional<Integer> perServer, Optional<Integer> perDatabase, Optional<Integer> perRole) {
        private static Connections read(MappingReader reader) {
            return new Connections(
                    number(reader, "connections_per_server"),
                    number(reader, "connections_per_database"),
                    number(reader, "connections_per_role"));
        }

        private void write(YamlText yaml) {
            perServer.ifPresent(count -> yaml.line("  connections_per_server", count));
            perDatabase.ifPresent(count -> yaml.line("  connections_per_database", count));
            perRole.ifPresent(count -> yaml.line("  connections_per_role", count));
        }
    }

    static PoolingConfiguration read(MappingReader reader) {
        PoolingConfiguration pooling = new PoolingConfiguration(
                Rules.read(reader),
                reader.has("exceptions") ? reader.list("exceptions", Exemption::read) : List.of(),
                Connections.read(reader),
                number(reader, "clients_per_role"),
                number(reader, "clients_per_database"),
                number(reader, "prepared_statements"),
                reader.has("weaker_commit") && reader.flag("weaker_commit"));
        if (pooling.preparedStatements.isPresent() && pooling.preparedStatements.get() < 1) {
            reader.problem("prepared_statements", "should be at least 1");
        }
        return pooling;
    }

    /** Writes the group, unless it says nothing. */
    void write(YamlText yaml) {
        if (equals(USUAL)) {
            return;
        }
        yaml.open("pooling");
        rules.write(yaml, "  ");
        connections.write(yaml);
        clientsPerRole.ifPresent(count -> yaml.line("  clients_per_role", count));
        clientsPerDatabase.ifPresent(count -> yaml.line("  clients_per_database", count));
        preparedStatements.ifPresent(count -> yaml.line("  prepared_statements", count));
        if (weakerCommit) {
            yaml.line("  weaker_commit", true);
        }
        if (!exceptions.isEmpty()) {
            yaml.open("  exceptions");
            exceptions.forEach(exception -> exception.write(yaml));
        }
    }

    private static Optional<Integer> number(MappingReader reader, String key) {
        if (!reader.has(key)) {
            return Optional.empty();
        }
        return Optional.of(reader.value(key, 1, text -> {
            if (!text.matches("[0-9]{1,9}")) {
                throw new IllegalArgumentException("'%s' is not a whole number".formatted(text));
            }
            return Integer.parseInt(text);
        }));
    }
}
