package io.howdah.gateway.cache;

import java.util.Arrays;

/** What was asked, and by whom. */
final class CacheKey {
    private final CacheScope scope;
    private final byte[] request;
    private final int hash;

    /** @param request the messages, with the texts of prepared statements in place of their names; not changed afterwards */
    CacheKey(CacheScope scope, byte[] request) {
        this.scope = scope;
        this.request = request;
        this.hash = Arrays.hashCode(request) * 31 + scope.hashCode();
    }

    /** As the client calls it. */
    String database() {
        return scope.databaseHere();
    }

    int bytes() {
        return 64 + request.length;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof CacheKey other
                && hash == other.hash
                && scope.equals(other.scope)
                && Arrays.equals(request, other.request);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
