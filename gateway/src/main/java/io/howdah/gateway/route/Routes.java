package io.howdah.gateway.route;

import io.howdah.kernel.model.Term;
import java.util.List;
import java.util.Optional;

/**
 * One picture of the cluster.
 *
 * @param term the newest term known
 * @param primary the leader whose gate is open; empty while there is none, and then statements for it are held
 * @param replicas standbys fit for reads, best first
 * @param drain a planned switchover's id: hold new statements for the primary and tell {@link RouteSource#drained} when none is left
 * @param successor the standby that will be the primary in a moment: open connections there as there are at the primary, and tell
 *     {@link RouteSource#drained} the {@link io.howdah.kernel.model.NodeStatus#preparation} when they stand
 */
public record Routes(
        Term term,
        Optional<Backend> primary,
        List<Backend> replicas,
        Optional<String> drain,
        Optional<Backend> successor) {
    public static final Routes NONE = new Routes(Term.ZERO, Optional.empty(), List.of(), Optional.empty());

    public Routes {
        replicas = List.copyOf(replicas);
    }

    /** A picture in which nobody is about to take over. */
    public Routes(Term term, Optional<Backend> primary, List<Backend> replicas, Optional<String> drain) {
        this(term, primary, replicas, drain, Optional.empty());
    }
}
