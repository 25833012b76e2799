package io.howdah.gateway.route;

import java.util.function.Consumer;

/**
 * Tells the gateway where the primary and the replicas are. Implemented by whoever watches the nodes.
 *
 * <p>All methods may be called from any thread.
 */
public interface RouteSource {
    /** The newest picture. */
    Routes current();

    /**
     * Calls the listener with every newer picture, in order, until the subscription is closed. The listener returns at once; it may be
     * called on any thread but never by two at the same time.
     */
    Subscription subscribe(Consumer<Routes> listener);

    /**
     * This gateway holds new statements for the primary and has no request or transaction in flight there. Called once for each drain
     * id, on an event loop: it must not block.
     */
    void drained(String drainId);

    /** The end of a subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
