package io.howdah.gateway.login;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.Routes;
import io.howdah.gateway.service.ServiceConnector;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.Row;
import io.howdah.postgres.scram.ScramException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the cluster itself, on the primary or on any replica: usually {@code howdah.role_verifier(name)}, a function that only the
 * gateway's own role may run, or a query that somebody has configured (PgBouncer's auth_query). One connection per question; log-ins that come in a burst are answered by {@link CachedVerifiers}.
 */
public final class VerifierQuery implements VerifierFetch {
    private static final Logger LOG = LoggerFactory.getLogger(VerifierQuery.class);
    /** What the gateway asks unless told otherwise; a node makes the function when it makes the cluster. */
    public static final String USUAL = "SELECT howdah.role_verifier($1)";

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(2);

    private final Supplier<Routes> routes;
    private final ServiceConnector servers;
    private final String database;
    private final Supplier<String> question;

    /**
     * @param routes the newest picture of the cluster
     * @param servers as whom to ask
     * @param database where to ask, usually {@code postgres}
     * @param question SQL with the role's name as $1; its last column is what is stored for the password, null when it may not log in
     */
    public VerifierQuery(
            Supplier<Routes> routes, ServiceConnector servers, String database, Supplier<String> question) {
        this.routes = routes;
        this.servers = servers;
        this.database = database;
        this.question = question;
    }

    @Override
    public Optional<StoredPassword> fetch(String role) {
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

    private Optional<StoredPassword> ask(Backend place, String role) {
        try (PostgresClient client = servers.open(place, database, READ_TIMEOUT)) {
            List<Row> rows = client.query(question.get(), List.of(Optional.of(role)));
            return rows.isEmpty()
                    ? Optional.empty()
                    : rows.getFirst().values().getLast().map(StoredPassword::parse);
        }
    }
}
