package io.howdah.gateway.session;

import io.howdah.gateway.pool.Pools;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.Routes;
import io.howdah.kernel.model.NodeStatus;
import java.util.Optional;

/**
 * Connects to the server that is about to be the primary, so that clients find connections there in the moment in which it is. Of one
 * event loop, as its pools are.
 */
final class Preparation {
    private final Pools pools;
    private final DrainWatch.Part watch;
    private Optional<Backend> successor = Optional.empty();

    Preparation(Pools pools, DrainWatch.Part watch) {
        this.pools = pools;
        this.watch = watch;
    }

    /** Connections there are not superfluous. */
    boolean concerns(Backend place) {
        return successor.isPresent() && successor.get().equals(place);
    }

    void routesChanged(Routes routes) {
        if (routes.primary().isEmpty()) {
            // The one has stopped, the other does not serve yet.
            return;
        }
        Optional<Backend> before = successor;
        successor = routes.successor();
        if (successor.isEmpty()) {
            watch.forget();
        }
        if (successor.isPresent() && !successor.equals(before)) {
            String confirmation = NodeStatus.preparation(successor.get().node());
            pools.prepare(routes.primary().get(), successor.get(), () -> watch.idle(confirmation));
        } else {
            routes.primary()
                    .filter(primary -> before.filter(primary::equals).isPresent())
                    .ifPresent(pools::promoted);
        }
    }
}
