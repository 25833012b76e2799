package io.howdah.gateway.route;

import io.howdah.kernel.model.Cell;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Chooses the backend of a session from a picture of the cluster. Pure. */
public final class RouteChoice {
    private final Cell cell;

    /** @param cell where this gateway runs; its replicas are preferred */
    public RouteChoice(Cell cell) {
        this.cell = cell;
    }

    /** The place for a new backend connection, if there is one now. */
    public Optional<Backend> choose(PortRole role, Routes routes, ToIntFunction<Backend> sessions) {
        return switch (role) {
            case AUTO, READ_WRITE -> routes.primary();
            case READ_ONLY -> replica(routes, sessions).or(routes::primary);
        };
    }

    /** Whether a session that already has this backend should keep it for its next transaction. */
    public boolean isFit(PortRole role, Routes routes, Backend backend) {
        boolean isPrimary =
                routes.primary().isPresent() && routes.primary().get().equals(backend);
        return switch (role) {
            case AUTO, READ_WRITE -> isPrimary;
            case READ_ONLY ->
                routes.replicas().contains(backend)
                        || (isPrimary && routes.replicas().isEmpty());
        };
    }

    private Optional<Backend> replica(Routes routes, ToIntFunction<Backend> sessions) {
        Optional<Backend> near = fewest(routes, sessions, true);
        return near.isPresent() ? near : fewest(routes, sessions, false);
    }

    private Optional<Backend> fewest(Routes routes, ToIntFunction<Backend> sessions, boolean sameCell) {
        Optional<Backend> best = Optional.empty();
        int bestSessions = Integer.MAX_VALUE;
        for (Backend candidate : routes.replicas()) {
            int load = sessions.applyAsInt(candidate);
            if (candidate.cell().equals(cell) == sameCell && load < bestSessions) {
                best = Optional.of(candidate);
                bestSessions = load;
            }
        }
        return best;
    }
}
