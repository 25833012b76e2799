package io.howdah.gateway.listen;

import io.howdah.gateway.pool.BackendConnector;
import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.tls.ServerTls;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What clients of a gateway listen to: one connection to each database in which somebody does. Everything happens on one
 * event loop; safe on every thread, never blocks, and answers on the loop of the subscriber that asked.
 */
public final class ListenerHub {
    /** Requests of a database are not held longer than this for the sake of its listeners. */
    private static final long RESTORING_MILLIS = 1_000;

    private final EventLoop loop;
    private final BackendConnector connector;
    private final Function<String, Optional<ListenPlace>> places;
    private final Duration patience;
    private final Runnable whenRestored;
    private final Map<String, DatabaseListener> databases = new HashMap<>();
    /** Where each database was, when that was last known. */
    private final Map<String, Optional<ListenPlace>> listenedTo = new ConcurrentHashMap<>();

    private final Map<String, Object> restoring = new ConcurrentHashMap<>();
    private boolean closed;

    /**
     * @param connector of the loop
     * @param places where a database is now, by the name that clients use; empty while there is no primary, or nobody to listen as
     * @param patience how long a client that wants to listen waits for a server
     * @param whenRestored called on the loop when requests that waited for listeners may go on
     */
    public ListenerHub(
            EventLoop loop,
            BackendConnector connector,
            Function<String, Optional<ListenPlace>> places,
            Duration patience,
            Runnable whenRestored) {
        this.loop = loop;
        this.connector = connector;
        this.places = places;
        this.patience = patience;
        this.whenRestored = whenRestored;
    }

    EventLoop loop() {
        return loop;
    }

    BackendConnector connector() {
        return connector;
    }

    Duration patience() {
        return patience;
    }

    boolean isClosed() {
        return closed;
    }

    /** Runs something on the loop of a subscriber; what is told there keeps its order. */
    void tell(Subscriber subscriber, Runnable what) {
        if (subscriber.loop().inEventLoop()) {
            what.run();
        } else {
            subscriber.loop().execute(what);
        }
    }

    private void onLoop(Runnable what) {
        if (loop.inEventLoop()) {
            what.run();
        } else {
            loop.execute(what);
        }
    }

    private DatabaseListener at(String database) {
        return databases.computeIfAbsent(database, name -> {
            DatabaseListener made = new DatabaseListener(this, name);
            made.place(places.apply(name));
            return made;
        });
    }

    // ---- for sessions

    /**
     * Registers a client for a channel. Once answered with true, whatever is notified from then on is told, and everything that was
     * notified before has been told to those who were registered before; false when the gateway cannot listen in this database.
     */
    public void listen(String database, String channel, Subscriber subscriber, Consumer<Boolean> answer) {
        onLoop(() -> {
            listenedTo.computeIfAbsent(database, places);
            at(database).listen(channel, subscriber, able -> tell(subscriber, () -> answer.accept(able)));
        });
    }

    public void unlisten(String database, String channel, Subscriber subscriber) {
        onLoop(() -> {
            at(database).unlisten(channel, subscriber);
            forgetIdle(database);
        });
    }

    /** The client listens no more. */
    public void leave(String database, Subscriber subscriber) {
        onLoop(() -> {
            at(database).leave(subscriber);
            forgetIdle(database);
        });
    }

    private void forgetIdle(String database) {
        if (at(database).isIdle()) {
            listenedTo.remove(database);
        }
    }

    /** Calls back once everything that was notified before this call has been told, or when there is no telling. */
    public void settle(String database, Subscriber subscriber, Runnable done) {
        onLoop(() -> at(database).settle(() -> tell(subscriber, done)));
    }

    /** Clients listen in this database, and nobody does for them at the moment: what is notified now would be lost. */
    public boolean isRestoring(String database) {
        return !restoring.isEmpty() && restoring.containsKey(database);
    }

    /** Connections opened from now on are protected in this way. */
    public void protect(ServerTls servers, Duration connectTimeout) {
        onLoop(() -> connector.protect(servers, connectTimeout));
    }

    // ---- the clusters

    /** Databases may be elsewhere: requests that would notify somebody wait until the new primary is listened to. */
    public void placesChanged() {
        listenedTo.replaceAll((database, before) -> {
            Optional<ListenPlace> now = places.apply(database);
            if (now.isPresent() && !now.equals(before)) {
                restoring(database);
            }
            return now.isPresent() ? now : before;
        });
        onLoop(() -> databases.forEach((database, listener) -> listener.place(places.apply(database))));
    }

    void restoring(String database) {
        Object token = new Object();
        restoring.put(database, token);
        Channels.later(loop, RESTORING_MILLIS, () -> end(database, token));
    }

    void restored(String database) {
        Object token = restoring.get(database);
        if (token != null) {
            end(database, token);
        }
    }

    private void end(String database, Object token) {
        if (restoring.remove(database, token)) {
            whenRestored.run();
        }
    }

    /** On the loop: afterwards nothing of it is open once the futures are done. */
    public List<ChannelFuture> close() {
        closed = true;
        databases.values().forEach(DatabaseListener::close);
        return connector.closeAll();
    }
}
