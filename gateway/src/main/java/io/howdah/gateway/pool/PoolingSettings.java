package io.howdah.gateway.pool;

import java.util.List;
import java.util.Optional;

/**
 * How clients share connections to servers.
 *
 * @param usual what applies when no exception does
 * @param exceptions rules for some databases or roles; the first that fits counts
 * @param connections how many connections all pools may have together to one server
 * @param clientsPerRole how many clients one role may have, 0 for no limit of its own
 * @param clientsPerDatabase how many clients one database may have, 0 for no limit of its own
 * @param preparedStatements how many prepared statements a server connection keeps
 * @param weakerCommit whether clients may lower {@code synchronous_commit}, and so lose acknowledged commits in a failover
 */
public record PoolingSettings(
        PoolRules usual,
        List<Exemption> exceptions,
        ConnectionLimits connections,
        int clientsPerRole,
        int clientsPerDatabase,
        int preparedStatements,
        boolean weakerCommit) {
    public static final PoolingSettings USUAL =
            new PoolingSettings(PoolRules.USUAL, List.of(), ConnectionLimits.NONE, 0, 0, 200, false);

    public PoolingSettings {
        exceptions = List.copyOf(exceptions);
        if (preparedStatements < 1) {
            throw new IllegalArgumentException(
                    "preparedStatements is " + preparedStatements + ", at least 1 is needed");
        }
    }

    public PoolingSettings usual(PoolRules rules) {
        return new PoolingSettings(
                rules, exceptions, connections, clientsPerRole, clientsPerDatabase, preparedStatements, weakerCommit);
    }

    public PoolingSettings exceptions(Exemption... all) {
        return new PoolingSettings(
                usual, List.of(all), connections, clientsPerRole, clientsPerDatabase, preparedStatements, weakerCommit);
    }

    public PoolingSettings connections(ConnectionLimits limits) {
        return new PoolingSettings(
                usual, exceptions, limits, clientsPerRole, clientsPerDatabase, preparedStatements, weakerCommit);
    }

    public PoolingSettings clients(int perRole, int perDatabase) {
        return new PoolingSettings(
                usual, exceptions, connections, perRole, perDatabase, preparedStatements, weakerCommit);
    }

    public PoolingSettings preparedStatements(int count) {
        return new PoolingSettings(
                usual, exceptions, connections, clientsPerRole, clientsPerDatabase, count, weakerCommit);
    }

    public PoolingSettings weakerCommit(boolean allowed) {
        return new PoolingSettings(
                usual, exceptions, connections, clientsPerRole, clientsPerDatabase, preparedStatements, allowed);
    }

    /** Rules for a database, a role, or a role in a database. */
    public record Exemption(Optional<String> database, Optional<String> role, PoolRules rules) {
        boolean fits(String ofDatabase, String ofRole) {
            return database.orElse(ofDatabase).equals(ofDatabase)
                    && role.orElse(ofRole).equals(ofRole);
        }
    }

    public PoolRules rules(String database, String role) {
        for (Exemption exception : exceptions) {
            if (exception.fits(database, role)) {
                return exception.rules;
            }
        }
        return usual;
    }
}
