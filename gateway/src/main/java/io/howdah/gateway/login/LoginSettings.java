package io.howdah.gateway.login;

import io.howdah.postgres.wire.Bytes;
import java.time.Duration;

/**
 * Whom the gateway lets in.
 *
 * @param maxClients how many client connections are served at the same time
 * @param clientsPerRole how many of them one role may have, 0 for no limit of its own
 * @param clientsPerDatabase how many of them one database may have, 0 for no limit of its own
 * @param timeout how long a client may take to log in
 * @param holdLimit how long a log-in waits for a server that says how to check its password
 * @param weakerCommit whether clients may lower {@code synchronous_commit}
 * @param mockSecret makes the SCRAM exchange of unknown users look real; the same on all gateways of a cluster
 */
public record LoginSettings(
        int maxClients,
        int clientsPerRole,
        int clientsPerDatabase,
        Duration timeout,
        Duration holdLimit,
        boolean weakerCommit,
        Bytes mockSecret) {}
