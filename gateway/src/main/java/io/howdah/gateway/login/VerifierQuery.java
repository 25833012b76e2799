package io.howdah.gateway.login;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.Routes;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.Endpoint;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.Row;
import io.howdah.postgres.scram.ScramException;
import io.howdah.postgres.scram.ScramVerifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the cluster itself: {@code howdah.role_verifier(name)}, a function that only the gateway's own role may run, on the primary or on
 * any replica. One connection per question; log-ins that come in a burst are answered by {@link CachedVerifiers}.
 */
public final class VerifierQuery implements VerifierFetch {
    private static final Logger LOG = LoggerFactory.getLogger(VerifierQuery.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(2);

    private final Supplier<Routes> routes;
    private final String serviceRole;
    private final String database;
    private final Credential credential;

    /**
     * @param routes the newest picture of the cluster
     * @param serviceRole the gateway's own role, usually {@code howdah_gateway}
     * @param database where the function is, usually {@code postgres}
     * @param credential of the service role
     */
    public VerifierQuery(Supplier<Routes> routes, String serviceRole, String database, Credential credential) {
        this.routes = routes;
        this.serviceRole = serviceRole;
        this.database = database;
        this.credential = credential;
    }

    @Override
    public Optional<ScramVerifier> fetch(String role) {
        Routes current = routes.get();
        List<Backend> places = new ArrayList<>(current.replicas());
        current.primary().ifPresent(places::addFirst);
        RuntimeException last = new IllegalStateException(
                "no server is known that could be asked for the verifier of a role; wait for the cluster to be up");
        for (Backend place : places) {
            try {
                return ask(place, role);
            } catch (ScramException e) {
                LOG.warn("role \"{}\" cannot log in through the gateway: {}", role, e.getMessage());
                return Optional.empty();
            } catch (RuntimeException e) {
                LOG.debug("{} could not be asked for the verifier of a role", place, e);
                last = e;
            }
        }
        throw last;
    }

    private Optional<ScramVerifier> ask(Backend place, String role) {
        Endpoint endpoint = new Endpoint.Tcp(place.host(), place.port());
        ConnectOptions options = ConnectOptions.of(endpoint, serviceRole, database, credential)
                .withApplicationName("howdah gateway")
                .withTimeouts(CONNECT_TIMEOUT, READ_TIMEOUT);
        try (PostgresClient client = PostgresClient.connect(options)) {
            List<Row> rows = client.query("SELECT howdah.role_verifier($1) AS verifier", List.of(Optional.of(role)));
            return rows.isEmpty()
                    ? Optional.empty()
                    : rows.getFirst().find("verifier").map(ScramVerifier::parse);
        }
    }
}
