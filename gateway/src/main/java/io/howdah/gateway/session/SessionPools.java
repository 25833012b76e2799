package io.howdah.gateway.session;

import io.howdah.gateway.login.Login;
import io.howdah.gateway.pool.Pool;
import io.howdah.gateway.pool.PoolKey;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.PortRole;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the pool from which the next request of a session gets its connection; remembers the last ones, because requests come often. */
final class SessionPools {
    private final Session session;
    private final Worker worker;
    private final Login login;
    private @Nullable Pool usual;
    private @Nullable Pool ofReplica;
    private long routesSeen = -1;

    SessionPools(Session session, Worker worker, Login login) {
        this.session = session;
        this.worker = worker;
        this.login = login;
    }

    /** Null while there is no server that would do. */
    @Nullable
    Pool find() {
        Backend replica = session.routing().replica();
        if (replica != null && worker.cluster().isReplica(replica)) {
            return at(replica);
        }
        session.routing().fallBack();
        Pool last = usual;
        if (last != null
                && !last.isClosed()
                && routesSeen == worker.cluster().version()
                && session.role() != PortRole.READ_ONLY) {
            return last;
        }
        Optional<Backend> place = worker.cluster().choose(session);
        if (place.isEmpty()) {
            return null;
        }
        worker.pools().chosen(place.get());
        boolean writes = session.role() != PortRole.READ_ONLY;
        boolean onlyReads = !writes && worker.cluster().isPrimary(place.get());
        Pool found = worker.pools().at(new PoolKey(login.database(), login.user(), place.get(), writes, onlyReads));
        usual = found;
        routesSeen = worker.cluster().version();
        return found;
    }

    /** The pool of connections to a replica that the session reads from. */
    private Pool at(Backend replica) {
        Pool last = ofReplica;
        if (last == null || last.isClosed() || !last.key().place().equals(replica)) {
            last = worker.pools().at(new PoolKey(login.database(), login.user(), replica, false, false));
            ofReplica = last;
        }
        return last;
    }

    /** The last choice was in vain: the next one looks anew. */
    void forget() {
        routesSeen = -1;
    }

    /** Why the last attempt to get a connection failed; empty when it did not. */
    String problem() {
        return usual == null ? "" : usual.problem();
    }
}
