package io.howdah.gateway.session;

import io.howdah.gateway.dialogue.Conversation;
import io.howdah.gateway.dialogue.ListenSharing;
import io.howdah.gateway.listen.ListenerHub;
import io.howdah.gateway.listen.Subscriber;
import io.howdah.gateway.pool.ServerConnection;
import io.howdah.gateway.protocol.Errors;
import io.howdah.gateway.route.PortRole;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendMessages.Notification;
import io.howdah.postgres.wire.FrontendType;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What one client listens to, without keeping a server connection for it. A LISTEN waits until the gateway's own connection listens, and
 * counts when its transaction is committed. Notifications reach the client between its transactions; before it hears of the end of one,
 * it has got everything that was notified until then, its own included, as from a server.
 *
 * <p>A notification shows the process id of the server process that sent it, but the client's own id, which the gateway has given it,
 * when that process was executing this client's transaction for certain: many clients skip what they have sent themselves.
 */
final class Listening implements Subscriber, ListenSharing {
    /** More than this waits for no client. */
    private static final int MOST_BYTES = 8 << 20;

    /** What a notification costs besides its texts, about. */
    private static final int OVERHEAD_BYTES = 100;

    private static final long UNAVAILABLE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final String ENCODING = "UTF8";

    private final Session session;
    private final Worker worker;
    private final Optional<ListenerHub> hub;
    /** The channels that the gateway listens to for this client, and whether it does yet. */
    private final Map<String, Boolean> registered = new HashMap<>(2);

    private final Deque<Notification> waiting = new ArrayDeque<>(1);
    private long waitingBytes;
    private boolean interrupted;
    private boolean awaiting;
    private boolean awaitingBoundary;
    private boolean unavailable;
    private long unavailableSinceNanos;
    private boolean settling;
    private boolean settled;
    private boolean certain;
    private int lending;

    Listening(Session session, Worker worker) {
        this.session = session;
        this.worker = worker;
        this.hub = session.role() == PortRole.READ_ONLY ? Optional.empty() : worker.listeners();
    }

    @Override
    public EventLoop loop() {
        return worker.loop();
    }

    /** A message of the client waits until the gateway listens. */
    boolean isAwaiting() {
        return awaiting;
    }

    @Override
    public boolean isReady(String channel) {
        return registered.getOrDefault(channel, false);
    }

    // ---- LISTEN

    /** Whether a message must wait: until the gateway listens to what it names, or until it is known who has notified what. */
    boolean mustWait(byte type, ByteBuf in, int start, int end, boolean begins) {
        if (hub.isEmpty()) {
            return false;
        }
        awaitingBoundary = !registered.isEmpty() && begins && isAmidAnswers();
        if (awaitingBoundary
                || (!registered.isEmpty() && !certain && session.server().expectsPrimary())) {
            awaiting = true;
            return true;
        }
        List<String> channels = session.requests().channels(type, in, start, end);
        if (channels.isEmpty()) {
            return false;
        }
        if (!mayShare()) {
            return type == FrontendType.EXECUTE && isStranded();
        }
        awaiting = false;
        for (String channel : channels) {
            Boolean ready = registered.get(channel);
            if (ready == null) {
                register(hub.get(), channel);
            }
            awaiting |= !isReady(channel);
        }
        return awaiting;
    }

    /** What a later transaction notifies must not be told before the answer to an earlier one. */
    private boolean isAmidAnswers() {
        return session.conversation().expected().owesReady()
                && !session.conversation().copyIn();
    }

    /** Something was answered. */
    void answered() {
        if (awaitingBoundary && !isAmidAnswers()) {
            awaitingBoundary = false;
            goOn();
        }
    }

    /** A LISTEN that was prepared while the gateway could listen is executed when it cannot. */
    private boolean isStranded() {
        session.end(Errors.listenLost());
        return true;
    }

    /** Names and payloads come in UTF-8; whoever wants them otherwise listens on a server connection of its own. */
    private boolean mayShare() {
        if (unavailable && worker.nanoTime() - unavailableSinceNanos < UNAVAILABLE_NANOS) {
            return false;
        }
        unavailable = false;
        Map<String, String> reported = session.replies().known().values();
        return ENCODING.equals(reported.get("client_encoding")) && ENCODING.equals(reported.get("server_encoding"));
    }

    private void register(ListenerHub at, String channel) {
        registered.put(channel, false);
        at.listen(session.database(), channel, this, able -> {
            if (session.isClosed()) {
                return;
            }
            if (able) {
                // Whatever other clients have notified on the connection at hand has been told before this.
                certain = true;
                registered.replace(channel, true);
            } else {
                registered.remove(channel);
                at.unlisten(session.database(), channel, this);
                unavailable = true;
                unavailableSinceNanos = worker.nanoTime();
            }
            goOn();
        });
    }

    private void goOn() {
        if (awaiting) {
            awaiting = false;
            session.client().pause(ClientSide.HELD, false);
            session.reader().resume();
        }
    }

    /** Between transactions: what was not committed, or was given up, is not listened to any more. */
    void atRest() {
        if (registered.isEmpty() || awaiting) {
            return;
        }
        registered.keySet().removeIf(channel -> {
            boolean goes = !session.conversation().state().channels().contains(channel);
            if (goes) {
                hub.ifPresent(at -> at.unlisten(session.database(), channel, this));
            }
            return goes;
        });
        deliver();
    }

    void closed() {
        if (!registered.isEmpty()) {
            hub.ifPresent(at -> at.leave(session.database(), this));
        }
        waiting.clear();
    }

    // ---- the end of a transaction

    /** The session has got a server connection. */
    void attached(ServerConnection lent) {
        settled = false;
        certain = lent.isFamiliar();
        int current = ++lending;
        if (!certain && !registered.isEmpty()) {
            hub.ifPresent(at -> at.settle(session.database(), this, () -> becameCertain(current)));
        }
    }

    /** What others have notified on the connection has been told: from here on it is this client's. */
    private void becameCertain(int ofLending) {
        if (ofLending == lending && !session.isClosed()) {
            certain = true;
            if (!awaitingBoundary) {
                goOn();
            }
        }
    }

    /** Whether the client must not hear yet that its transaction has ended, because notifications may be on their way. */
    boolean mustSettle() {
        if (registered.isEmpty() || !session.server().expectsPrimary()) {
            return false;
        }
        if (takeSettled()) {
            return false;
        }
        session.conversation().state().idle();
        if (session.conversation().state().channels().isEmpty()) {
            return false;
        }
        if (!settling) {
            settling = true;
            String connection = session.server().connectionId();
            hub.ifPresent(at -> at.settle(session.database(), this, () -> settled(connection)));
        }
        // Without a connection that listens there is nothing to wait for, and the answer has come at once.
        return !takeSettled();
    }

    private boolean takeSettled() {
        boolean was = settled;
        settled = false;
        return was;
    }

    private void settled(String connection) {
        settling = false;
        if (!session.isClosed()) {
            settled = session.server().connectionId().equals(connection);
            if (settled) {
                write();
            }
            session.server().resume();
        }
    }

    // ---- notifications

    @Override
    public void notified(Notification notification) {
        Conversation conversation = session.conversation();
        boolean committed = conversation.state().channels().contains(notification.channel());
        // What comes before the LISTEN was sent to the server was notified before its commit.
        boolean wanted = committed || (isReady(notification.channel()) && conversation.mayCommit());
        if (session.isClosed() || !wanted) {
            return;
        }
        int shown = isOwn(notification.processId()) ? session.cancellation().processId() : notification.processId();
        waiting.add(new Notification(shown, notification.channel(), notification.payload()));
        waitingBytes += OVERHEAD_BYTES
                + 2L * (notification.channel().length() + notification.payload().length());
        deliver();
        if (waitingBytes > MOST_BYTES) {
            session.end(Errors.tooManyNotifications());
        }
    }

    private boolean isOwn(int serverPid) {
        return certain
                && session.server()
                        .key()
                        .filter(key -> key.processId() == serverPid)
                        .isPresent();
    }

    /** The server at hand itself tells the client something, because it listens there. Says whether the client gets it. */
    boolean isNews(ByteBuf in, int start, int end) {
        if (session.server()
                .key()
                .filter(key -> key.processId() == in.getInt(start))
                .isPresent()) {
            in.setInt(start, session.cancellation().processId());
        }
        return session.conversation().state().channels().isEmpty()
                || !session.conversation()
                        .state()
                        .channels()
                        .contains(BackendMessages.readNotification(in.slice(start, end - start))
                                .channel());
    }

    @Override
    public void interrupted() {
        if (!session.isClosed() && !session.conversation().state().channels().isEmpty()) {
            interrupted = true;
            deliver();
        }
    }

    /** Tells the client what waits, if it is between two transactions and reads. */
    void deliver() {
        boolean something = interrupted || !waiting.isEmpty();
        if (something
                && session.conversation().atRest()
                && !session.holding().isOpening()
                && session.client().isWritable()) {
            write();
            session.client().flush();
        }
    }

    private void write() {
        if (!interrupted && waiting.isEmpty()) {
            return;
        }
        ByteBuf out = session.client().buffer();
        if (interrupted && !session.conversation().state().isQuiet()) {
            Errors.notificationsMissed().writeNotice(out);
        }
        interrupted = false;
        for (Notification notification : waiting) {
            if (session.conversation().state().channels().contains(notification.channel())) {
                BackendMessages.notification(
                        out, notification.processId(), notification.channel(), notification.payload());
            }
        }
        waiting.clear();
        waitingBytes = 0;
        session.client().write(out);
    }
}
