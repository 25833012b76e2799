package io.howdah.gateway.support;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.RouteSource;
import io.howdah.gateway.route.Routes;
import io.howdah.kernel.model.Term;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A picture of the cluster that tests draw. */
public final class TestRoutes implements RouteSource {
    private final List<Consumer<Routes>> listeners = new CopyOnWriteArrayList<>();
    private final List<String> drained = new CopyOnWriteArrayList<>();
    private volatile Routes current = Routes.NONE;
    private Runnable settled = () -> {};
    private int changes;

    /** Runs after every change, to wait until it took effect. */
    void whenChanged(Runnable task) {
        settled = task;
    }

    int changes() {
        return changes;
    }

    public TestRoutes primary(Backend primary) {
        set(new Routes(current.term().next(), Optional.of(primary), current.replicas(), Optional.empty()));
        return this;
    }

    public TestRoutes noPrimary() {
        set(new Routes(current.term(), Optional.empty(), current.replicas(), Optional.empty()));
        return this;
    }

    public TestRoutes replicas(Backend... replicas) {
        set(new Routes(current.term(), current.primary(), List.of(replicas), current.drain()));
        return this;
    }

    /** Who will be the primary in a moment. */
    public TestRoutes successor(Backend successor) {
        set(new Routes(current.term(), current.primary(), current.replicas(), current.drain(), Optional.of(successor)));
        return this;
    }

    public TestRoutes drain(String id) {
        set(new Routes(current.term(), current.primary(), current.replicas(), Optional.of(id), current.successor()));
        return this;
    }

    public TestRoutes undrain() {
        set(new Routes(current.term(), current.primary(), current.replicas(), Optional.empty()));
        return this;
    }

    /** The drains that the gateway reported as done. */
    public List<String> drained() {
        return drained;
    }

    private synchronized void set(Routes routes) {
        current = routes;
        changes++;
        listeners.forEach(listener -> listener.accept(routes));
        settled.run();
    }

    public Term term() {
        return current.term();
    }

    @Override
    public Routes current() {
        return current;
    }

    @Override
    public Subscription subscribe(Consumer<Routes> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void drained(String drainId) {
        drained.add(drainId);
    }
}
