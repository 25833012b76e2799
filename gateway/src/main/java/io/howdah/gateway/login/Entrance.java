package io.howdah.gateway.login;

import io.howdah.gateway.tls.ClientTls;
import java.util.Optional;

/**
 * What stands between a client and its session.
 *
 * @param tls the gateway's certificate; without one, requests for TLS are declined
 * @param rules who may come from where
 * @param failures who has guessed too often
 */
public record Entrance(Optional<ClientTls> tls, AccessRules rules, FailedLogins failures) {}
