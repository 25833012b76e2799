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
    private final Login login;
    private @Nullable Pool usual;
    private @Nullable Pool ofReplica;
    private long routesSeen = -1;

    SessionPools(Session session, Login login) {
        this.session = session;
        this.login = login;
    }

    /** Null while there is no server that would do. */
    @Nullable
    Pool find() {
        Backend replica = session.routing().replica();
        if (replica != null && session.picture().isReplica(replica)) {
            return at(replica);
        }
        session.routing().fallBack();
        Pool last = usual;
        if (last != null
                && !last.isClosed()
                && routesSeen == session.picture().version()
                && session.role() != PortRole.READ_ONLY) {
            return last;
        }
        Optional<Backend> place = session.picture().choose(session);
        if (place.isEmpty()) {
            return null;
        }
        session.cluster().pools().chosen(place.get());
        boolean writes = session.role() != PortRole.READ_ONLY;
        boolean onlyReads = !writes && session.picture().isPrimary(place.get());
        Pool found = session.cluster().pools().at(key(place.get(), writes, onlyReads));
        usual = found;
        routesSeen = session.picture().version();
        return found;
    }

    /** The pool of connections to a replica that the session reads from. */
    private Pool at(Backend replica) {
        Pool last = ofReplica;
        if (last == null || last.isClosed() || !last.key().place().equals(replica)) {
            last = session.cluster().pools().at(key(replica, false, false));
            ofReplica = last;
        }
        return last;
    }

    private PoolKey key(Backend place, boolean writes, boolean onlyReads) {
        return new PoolKey(login.database(), session.site().database(), login.user(), place, writes, onlyReads);
    }

    /** The database is elsewhere now. */
    void moved() {
        usual = null;
        ofReplica = null;
        forget();
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
