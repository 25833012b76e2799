package io.howdah.gateway.session;

import io.howdah.gateway.balance.PositionWatch;
import io.howdah.gateway.balance.ReadSplit;
import io.howdah.gateway.balance.ReplicaChoice;
import io.howdah.gateway.pool.PoolKey;
import io.howdah.gateway.pool.Pools;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.route.RouteChoice;
import io.howdah.gateway.route.Routes;
import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.Lsn;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The picture of the cluster that the sessions of one event loop go by: who may be led where, and who must wait. Used on that loop only. */
final class ClusterPicture {
    private final RouteChoice choice;
    private final ReplicaChoice replicas;
    private final Pools pools;
    private final Preparation preparation;
    private final Worker.Shared shared;
    private Routes routes = Routes.NONE;
    private long version;

    ClusterPicture(Cell cell, Pools pools, Preparation preparation, Worker.Shared shared) {
        this.choice = new RouteChoice(cell);
        this.replicas =
                new ReplicaChoice(cell, () -> ThreadLocalRandom.current().nextDouble());
        this.pools = pools;
        this.preparation = preparation;
        this.shared = shared;
    }

    /** Rises with each change. */
    long version() {
        return version;
    }

    void changed(Routes newer) {
        routes = newer;
        version++;
    }

    /** The leader asks for a pause, by this name. */
    Optional<String> drain() {
        return routes.drain();
    }

    Optional<Backend> choose(Session session) {
        return choice.choose(session.role(), routes, pools::load);
    }

    /** The replica for a read that must show everything up to {@code minimum}. */
    Optional<Backend> chooseReplica(ReadSplit split, Lsn minimum) {
        PositionWatch watch = split.positions();
        return replicas.choose(routes, watch.current(), split.settings(), minimum, pools::inUse, watch.nanoTime());
    }

    /** Whether reads may still be led to a replica. */
    boolean isReplica(Backend place) {
        return routes.replicas().contains(place);
    }

    boolean isPrimary(Backend place) {
        return routes.primary().isPresent() && routes.primary().get().equals(place);
    }

    /** Whether sessions may still be led to a pool. Without an open gate the server that was primary may be it again in a moment. */
    boolean isFit(PoolKey key) {
        if (key.writes()) {
            return routes.primary().isEmpty() || isPrimary(key.place()) || preparation.concerns(key.place());
        }
        return key.onlyReads() ? isPrimary(key.place()) : routes.replicas().contains(key.place());
    }

    /**
     * Whether those who wait in line for a connection of a pool wait for the cluster now. A connection that is given back while
     * they may begin nothing would be theirs in vain, and a new one would be opened to a server that is about to stop.
     */
    boolean isHeldUp(PoolKey key) {
        return (key.writes() && routes.primary().isEmpty())
                || (routes.drain().isPresent() && (key.writes() || isPrimary(key.place())));
    }

    boolean isFit(Session session) {
        Backend place = session.place();
        if (place == null) {
            return false;
        }
        // Without an open gate the server that was primary may be it again in a moment: waiting is decided elsewhere.
        boolean undecided =
                session.role() != PortRole.READ_ONLY && routes.primary().isEmpty();
        return undecided || choice.isFit(session.role(), routes, place);
    }

    /** A server that was the primary is it no more. */
    boolean isDeposed(Backend place) {
        return routes.primary().isPresent() && !isPrimary(place);
    }

    /** Whether the session may not begin anything new now. */
    boolean holds(Session session) {
        if (shared.switches().isPaused(session.database())) {
            return true;
        }
        if (session.routing().replica() != null) {
            return false;
        }
        if (shared.listeners().isPresent() && shared.listeners().get().isRestoring(session.database())) {
            return true;
        }
        if (session.role() != PortRole.READ_ONLY) {
            return routes.primary().isEmpty() || routes.drain().isPresent();
        }
        Backend place = session.place();
        if (place == null) {
            place = choose(session).orElse(null);
        }
        return place == null || (routes.drain().isPresent() && isPrimary(place));
    }

    boolean isPaused(Session session) {
        return shared.switches().isPaused(session.database());
    }

    String whyHeld(Session session) {
        if (routes.drain().isPresent()) {
            return "A planned switchover is in progress and has not ended";
        }
        return session.role() == PortRole.READ_ONLY
                ? "There is neither a replica nor a primary with an open gate"
                : "There is no primary with an open gate";
    }
}
