package io.howdah.gateway.console;

import io.howdah.gateway.cache.CacheInvalidation;
import io.howdah.gateway.cache.CacheStatistics;
import io.howdah.gateway.metrics.Averages;
import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.metrics.QueryReport;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.DatabaseTable;
import io.howdah.gateway.route.Routes;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What the console can ask of the gateway. Safe on every thread; nothing blocks. Without a database an order is for all of them.
 */
public interface GatewayControl {
    CompletableFuture<GatewayReport> report();

    Averages averages();

    /** Where the servers of the gateway's own cluster are. */
    Routes routes();

    /** The same for every cluster that the gateway serves, by name. */
    Map<String, Routes> clusters();

    /** Which cluster each database is in. */
    DatabaseTable databases();

    /** The primary of the cluster that a database is in, if there is one. */
    Optional<Backend> primary(String database);

    /** Holds new requests; done when none is under way any more. */
    CompletableFuture<Void> pause(Optional<String> database);

    /** Serves requests again. Says whether anything was paused. */
    boolean resume(Optional<String> database);

    boolean isPaused(String database);

    /** Every server connection is replaced as soon as its client gives it back. */
    CompletableFuture<Void> reconnect(Optional<String> database);

    /** Ends all clients and server connections of a database, and pauses it. */
    CompletableFuture<Void> kill(String database);

    /** New clients of a database are refused, or let in again. */
    void disable(String database, boolean disabled);

    boolean isDisabled(String database);

    /** Reads the gateway's file again. */
    CompletableFuture<Void> reload();

    /** Ends one client; says whether there is one of this id. */
    CompletableFuture<Boolean> killClient(String id);

    /** Done once no server connection of a database, or of any, is waiting to be replaced. */
    CompletableFuture<Void> awaitClosed(Optional<String> database);

    /** The statements that took most of the time. */
    CompletableFuture<QueryReport> queries();

    /** What the cache holds and has done. */
    CacheStatistics cache();

    /**
     * Has the cache forget answers.
     *
     * @param database empty for all
     * @param table {@code table} or {@code schema.table}: only what depends on it; empty for all
     */
    CacheInvalidation invalidateCache(Optional<String> database, Optional<String> table);

    /** What is paused or disabled now. */
    OperatorState operatorState();

    /** Pauses and disables the same; for a process that takes another's place. */
    void restore(OperatorState state);
}
