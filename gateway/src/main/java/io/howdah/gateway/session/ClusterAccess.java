package io.howdah.gateway.session;

import io.howdah.gateway.balance.ReadSplit;
import io.howdah.gateway.cache.QueryCache;
import io.howdah.gateway.login.VerifierSource;
import io.howdah.gateway.route.RouteSource;
import io.howdah.gateway.service.ServiceAccount;
import java.util.Optional;

/**
 * How a gateway reaches one cluster. Whoever makes it closes what is in it, once the gateway does not use it any more.
 *
 * @param name by which a {@link io.howdah.gateway.route.DatabaseTable} means it
 * @param routes where its primary and its replicas are
 * @param verifiers what is stored for the passwords of its roles
 * @param split what leads reads to its replicas on the port auto; without it that port is as read_write
 * @param cache answers that may be given again; without it every question is asked
 * @param service as whom the gateway listens there for its clients; without it each listens on a connection of its own
 */
public record ClusterAccess(
        String name,
        RouteSource routes,
        VerifierSource verifiers,
        Optional<ReadSplit> split,
        Optional<QueryCache> cache,
        Optional<ServiceAccount> service) {}
