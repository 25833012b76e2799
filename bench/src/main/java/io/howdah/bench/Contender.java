package io.howdah.bench;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A running cluster of three nodes whose leader can be broken: Howdah, or a peer beside it. */
interface Contender extends AutoCloseable {
    String name();

    /** The slowest of its timers: a fault comes at a random moment within that. */
    Duration beat();

    /** Why this fault cannot be measured here; empty when it can. */
    Optional<String> obstacle(Fault fault);

    /** Waits until one leads and the others stream. */
    void awaitHealthy();

    String leader();

    /** A libpq URI through its proxy, which stands away from the leader where there are several. */
    String writeUri(String leader);

    /** How often a primary was made, the first included. */
    long promotions();

    /** Breaks the leader; a switchover has ended when this returns. */
    void inflict(Fault fault, String leader);

    /** Gives back what the fault took away, so that the node can join again. */
    void heal(Fault fault, String leader);

    /** JDBC URIs straight to each node's PostgreSQL. */
    Map<String, String> directUris();

    /** What each change of leader consisted of, for those who want to know where the time went; empty when nobody can tell. */
    default String account() {
        return "";
    }

    @Override
    void close();
}
