package io.howdah.gateway.pool;

import io.howdah.gateway.route.Backend;

/**
 * Whose connections, and where to.
 *
 * @param writes the clients expect a primary
 * @param onlyReads the server is a primary that must refuse writes
 */
public record PoolKey(String database, String role, Backend place, boolean writes, boolean onlyReads) {
    @Override
    public String toString() {
        return "role \"" + role + "\" in database \"" + database + "\"";
    }
}
