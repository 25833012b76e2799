package io.howdah.gateway.pool;

import io.howdah.gateway.route.Backend;

/**
 * Whose connections, and where to.
 *
 * @param database by the name that clients use
 * @param databaseThere by the name that the server knows
 * @param writes the clients expect a primary
 * @param onlyReads the server is a primary that must refuse writes
 */
public record PoolKey(
        String database, String databaseThere, String role, Backend place, boolean writes, boolean onlyReads) {
    @Override
    public String toString() {
        return "role \"" + role + "\" in database \"" + database + "\"";
    }
}
