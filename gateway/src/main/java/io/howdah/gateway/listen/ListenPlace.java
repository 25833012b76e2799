package io.howdah.gateway.listen;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.service.ServiceAccount;

/**
 * Where the gateway listens for the clients of a database.
 *
 * @param server the primary of the cluster that the database is in
 * @param database what it is called there
 * @param account as whom
 */
public record ListenPlace(Backend server, String database, ServiceAccount account) {}
