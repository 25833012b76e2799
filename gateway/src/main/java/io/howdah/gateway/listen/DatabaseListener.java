package io.howdah.gateway.listen;

import io.howdah.gateway.pool.BackendLogin;
import io.howdah.gateway.protocol.Channels;
import io.howdah.postgres.wire.BackendMessages.Notification;
import io.howdah.postgres.wire.ErrorFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection of a gateway that listens in one database, on the primary, for all clients. It is opened when the first client
 * listens, and opened anew, with all channels, when it was lost, another server has become the primary, or the database has moved to
 * another cluster. Used on one event loop.
 *
 * <p>One text is under way at a time; what is asked for meanwhile goes into the next. That every answer stands for everything notified
 * before its text was sent is PostgreSQL's promise: a server tells its pending notifications before it is ready for the next query.
 */
final class DatabaseListener implements ListenConnection.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseListener.class);
    private static final long RETRY_MILLIS = 50;
    private static final long REFUSED_RETRY_MILLIS = 1_000;
    private static final long LINGER_MILLIS = 30_000;

    private final ListenerHub hub;
    private final String database;
    private final Map<String, Set<Subscriber>> channels = new LinkedHashMap<>();
    private final Set<String> leaving = new LinkedHashSet<>();
    private final List<Wish> wishes = new ArrayList<>();
    private final List<Wish> underWay = new ArrayList<>();
    private Optional<ListenPlace> wanted = Optional.empty();
    private @Nullable ListenPlace place;
    private @Nullable ListenConnection connection;
    private boolean connecting;
    private boolean sending;
    private boolean restored;
    private boolean lingering;

    /** @param channel to listen on; empty when only everything notified so far is to be told */
    private record Wish(Optional<String> channel, Consumer<Boolean> answer) {}

    DatabaseListener(ListenerHub hub, String database) {
        this.hub = hub;
        this.database = database;
    }

    boolean isIdle() {
        return channels.isEmpty();
    }

    // ---- what sessions want

    void listen(String channel, Subscriber subscriber, Consumer<Boolean> answer) {
        channels.computeIfAbsent(channel, _ -> new LinkedHashSet<>()).add(subscriber);
        leaving.remove(channel);
        Wish wish = new Wish(Optional.of(channel), answer);
        wishes.add(wish);
        Channels.later(hub.loop(), hub.patience().toMillis(), () -> {
            if (wishes.remove(wish)) {
                answer.accept(false);
            }
        });
        proceed();
    }

    void settle(Runnable done) {
        if (connection == null || !restored) {
            done.run();
        } else {
            wishes.add(new Wish(Optional.empty(), _ -> done.run()));
            proceed();
        }
    }

    void unlisten(String channel, Subscriber subscriber) {
        Set<Subscriber> subscribers = channels.get(channel);
        if (subscribers != null && subscribers.remove(subscriber) && subscribers.isEmpty()) {
            channels.remove(channel);
            leaving.add(channel);
            proceed();
            linger();
        }
    }

    void leave(Subscriber subscriber) {
        List.copyOf(channels.keySet()).forEach(channel -> unlisten(channel, subscriber));
    }

    /** Nobody listens: the connection stays for a while, in case somebody does again. */
    private void linger() {
        if (channels.isEmpty() && !lingering) {
            lingering = true;
            Channels.later(hub.loop(), LINGER_MILLIS, () -> {
                lingering = false;
                ListenConnection current = connection;
                if (channels.isEmpty() && wishes.isEmpty() && !sending && current != null) {
                    connection = null;
                    restored = false;
                    current.close();
                }
            });
        }
    }

    // ---- the connection

    /** @param now where the database is, if its cluster has a primary */
    void place(Optional<ListenPlace> now) {
        wanted = now;
        ListenConnection current = connection;
        if (now.isPresent() && current != null && !now.get().equals(place)) {
            current.lose();
        }
        proceed();
    }

    private void proceed() {
        ListenConnection current = connection;
        if (current != null) {
            if (restored && !sending) {
                sendNext(current);
            }
        } else if (!connecting && wanted.isPresent() && !channels.isEmpty()) {
            connect(wanted.get());
        }
    }

    private void connect(ListenPlace to) {
        connecting = true;
        place = to;
        hub.connector().connect(to.server(), to.database(), to.account(), new BackendLogin.Listener() {
            @Override
            public void connected(BackendLogin.Done done) {
                connecting = false;
                opened(new ListenConnection(done.channel(), DatabaseListener.this), to);
            }

            @Override
            public void refused(ErrorFields error) {
                boolean passing =
                        error.sqlState().startsWith("57P") || error.sqlState().startsWith("08");
                if (!passing) {
                    LOG.warn(
                            "the gateway cannot listen in database \"{}\" for its clients: {}; those who LISTEN there keep"
                                    + " a server connection each",
                            database,
                            error.message());
                    refuseWishes();
                    hub.restored(database);
                }
                again(passing ? RETRY_MILLIS : REFUSED_RETRY_MILLIS);
            }

            @Override
            public void failed(String reason) {
                LOG.debug("the connection that listens in database \"{}\" failed: {}", database, reason);
                again(RETRY_MILLIS);
            }
        });
    }

    private void again(long millis) {
        Channels.later(hub.loop(), millis, () -> {
            connecting = false;
            proceed();
        });
    }

    private void refuseWishes() {
        List<Wish> refused = List.copyOf(wishes);
        wishes.clear();
        refused.forEach(wish -> wish.answer.accept(wish.channel.isEmpty()));
    }

    private void opened(ListenConnection opened, ListenPlace at) {
        if (hub.isClosed() || (wanted.isPresent() && !wanted.get().equals(at))) {
            opened.close();
            proceed();
            return;
        }
        connection = opened;
        sending = true;
        restored = false;
        leaving.clear();
        opened.send(texts("LISTEN", channels.keySet()));
    }

    private void sendNext(ListenConnection current) {
        if (wishes.isEmpty() && leaving.isEmpty()) {
            return;
        }
        Set<String> wanted = new LinkedHashSet<>();
        wishes.forEach(wish -> wish.channel.ifPresent(wanted::add));
        underWay.addAll(wishes);
        wishes.clear();
        String text = texts("LISTEN", wanted) + texts("UNLISTEN", leaving);
        leaving.clear();
        sending = true;
        current.send(text);
    }

    private static String texts(String command, Set<String> names) {
        StringBuilder text = new StringBuilder();
        names.forEach(name -> text.append(command)
                .append(" \"")
                .append(name.replace("\"", "\"\""))
                .append("\";"));
        return text.toString();
    }

    @Override
    public void answered() {
        if (!restored) {
            restored = true;
            hub.restored(database);
        }
        List<Wish> answered = List.copyOf(underWay);
        underWay.clear();
        // Still counts as sending: what the answers ask for goes into one text.
        answered.forEach(wish -> wish.answer.accept(true));
        sending = false;
        proceed();
    }

    @Override
    public void notified(Notification notification) {
        Set<Subscriber> subscribers = channels.get(notification.channel());
        if (subscribers != null) {
            subscribers.forEach(subscriber -> hub.tell(subscriber, () -> subscriber.notified(notification)));
        }
    }

    @Override
    public void lost(ListenConnection gone) {
        if (!gone.equals(connection)) {
            return;
        }
        connection = null;
        sending = false;
        boolean was = restored;
        restored = false;
        wishes.addAll(0, underWay);
        underWay.clear();
        List<Wish> settling =
                wishes.stream().filter(wish -> wish.channel.isEmpty()).toList();
        wishes.removeAll(settling);
        if (!channels.isEmpty()) {
            hub.restoring(database);
        }
        settling.forEach(wish -> wish.answer.accept(true));
        if (was) {
            Set<Subscriber> all = new LinkedHashSet<>();
            channels.values().forEach(all::addAll);
            all.forEach(subscriber -> hub.tell(subscriber, subscriber::interrupted));
        }
        proceed();
    }

    void close() {
        ListenConnection current = connection;
        connection = null;
        if (current != null) {
            current.close();
        }
    }
}
