package io.howdah.gateway.session;

import io.howdah.gateway.login.Entrance;
import io.howdah.gateway.login.LoginSettings;
import io.howdah.gateway.login.ProxyTrust;
import io.howdah.gateway.metrics.SlowQuerySettings;
import io.howdah.gateway.pool.PoolingSettings;
import io.howdah.gateway.tls.ServerTls;
import io.howdah.kernel.model.Cell;
import io.howdah.postgres.wire.Bytes;
import java.time.Duration;

/**
 * The limits of sessions.
 *
 * @param cell where this gateway runs; replicas of the same cell are preferred
 * @param maxClients how many client connections are served at the same time
 * @param holdLimit how long a statement or a new connection waits for a server before it is answered with an error
 * @param loginTimeout how long a client may take to log in
 * @param connectTimeout how long one attempt to connect to a server may take
 * @param pooling how clients share connections to servers
 * @param access what stands between a client and its session
 * @param servers how connections to servers are protected
 * @param slowQueries which requests are logged because they took long
 * @param proxies whose word counts for where a client is
 * @param mockSecret makes the SCRAM exchange of unknown users look real; the same on all gateways of a cluster
 */
public record SessionSettings(
        Cell cell,
        int maxClients,
        Duration holdLimit,
        Duration loginTimeout,
        Duration connectTimeout,
        PoolingSettings pooling,
        Bytes mockSecret,
        Entrance access,
        ServerTls servers,
        SlowQuerySettings slowQueries,
        ProxyTrust proxies) {
    public SessionSettings {
        if (maxClients < 1) {
            throw new IllegalArgumentException("maxClients is " + maxClients + ", at least 1 is needed");
        }
    }

    /** Whom the gateway lets in. */
    LoginSettings login() {
        return new LoginSettings(
                maxClients,
                pooling.clientsPerRole(),
                pooling.clientsPerDatabase(),
                loginTimeout,
                holdLimit,
                pooling.weakerCommit(),
                mockSecret);
    }
}
