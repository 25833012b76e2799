package io.howdah.gateway.service;

import io.howdah.postgres.client.Credential;

/**
 * As whom the gateway itself logs in to servers.
 *
 * @param role usually {@code howdah_gateway}; it must be allowed to connect to the databases concerned
 */
public record ServiceAccount(String role, Credential credential) {}
