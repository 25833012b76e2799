package io.howdah.gateway.session;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.PortRole;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendMessages.BackendKey;
import io.howdah.postgres.wire.BackendMessages.ParameterStatus;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.FrontendMessages;
import io.howdah.postgres.wire.SqlState;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server that a session has at the moment, if any: getting one, preparing it, letting it go. Under session pooling a session keeps
 * its server until one of them goes away.
 */
final class ServerSide {
    private final Session session;
    private final Worker worker;
    private final Login login;
    private final ReportedParameters reported = new ReportedParameters();
    private @Nullable BackendLink link;
    private @Nullable BackendReader reader;
    private boolean connecting;
    private String problem = "";

    ServerSide(Session session, Worker worker, Login login) {
        this.session = session;
        this.worker = worker;
        this.login = login;
    }

    boolean isThere() {
        return link != null;
    }

    @Nullable
    Backend place() {
        return link == null ? null : link.place();
    }

    /** What a cancel request for the server must show; only while there is one. */
    Optional<BackendKey> key() {
        return Optional.ofNullable(link).map(BackendLink::key);
    }

    /** Why the last attempt to get a server failed; empty when none did. */
    String problem() {
        return problem;
    }

    /** The client has got the beginning of a message whose end is still to come. */
    boolean midMessage() {
        return reader != null && reader.midMessage();
    }

    void write(ByteBuf bytes) {
        if (link == null) {
            bytes.release();
        } else {
            Channels.write(link.channel(), bytes);
        }
    }

    void flush() {
        if (link != null) {
            link.channel().flush();
        }
    }

    void read(boolean on) {
        if (link != null) {
            link.channel().config().setAutoRead(on);
        }
    }

    /** Seeks a server, unless that is going on already or must wait. */
    void connect() {
        if (connecting || link != null || session.isClosed() || worker.holds(session)) {
            return;
        }
        worker.choose(session).ifPresent(place -> {
            connecting = true;
            boolean readOnly = session.role() == PortRole.READ_ONLY && worker.isPrimary(place);
            worker.connector().connect(place, login, readOnly, new BackendLogin.Listener() {
                @Override
                public void connected(BackendLink newLink) {
                    connecting = false;
                    attach(newLink);
                }

                @Override
                public void refused(ErrorFields error) {
                    connecting = false;
                    ServerSide.this.refused(place, error);
                }

                @Override
                public void failed(String reason) {
                    connecting = false;
                    again(reason);
                }
            });
        });
    }

    private void attach(BackendLink newLink) {
        boolean standby = "on".equals(newLink.parameters().get("in_hot_standby"));
        if (standby && session.role() != PortRole.READ_ONLY) {
            Channels.close(newLink.channel());
            again(newLink.place() + " is still a standby");
            return;
        }
        if (session.isClosed()) {
            Channels.close(newLink.channel());
            return;
        }
        link = newLink;
        problem = "";
        reader = new BackendReader(session);
        newLink.channel().pipeline().addLast(reader);
        worker.attached(newLink.place());
        session.attached();
    }

    private void refused(Backend place, ErrorFields error) {
        String state = error.sqlState();
        if (state.startsWith("28")) {
            worker.forgetVerifier(login.user());
        }
        boolean full = state.equals(SqlState.TOO_MANY_CONNECTIONS) && !session.isOpening();
        if (state.startsWith("57P") || state.startsWith("08") || full) {
            again(place + " refused the connection: " + error.message());
        } else {
            session.refused(error);
        }
    }

    private void again(String reason) {
        problem = reason;
        if (session.isWaiting()) {
            worker.retrySoon(session);
        }
    }

    /** The first server: the client hears of all its reported settings. */
    void begin(ByteBuf toClient) {
        if (link != null) {
            reported.begin(link.parameters(), toClient);
        }
    }

    /** Another server: it gets what the session had built up, in the same write as what the client sends next. */
    void prepare(Conversation conversation, ByteBuf toServer) {
        if (link != null) {
            reported.prepare(link.parameters());
            conversation.replay(toServer);
        }
    }

    /** The server is as the session left the last one. */
    void prepared(ByteBuf toClient) {
        reported.prepared(toClient);
    }

    /** A setting has a new value. Says whether the client should hear it now. */
    boolean report(ByteBuf payload) {
        ParameterStatus status = BackendMessages.readParameterStatus(payload);
        return reported.report(status.name(), status.value());
    }

    /**
     * Lets the server go.
     *
     * @param politely whether it still listens
     */
    void drop(boolean politely) {
        BackendLink gone = link;
        if (gone == null) {
            return;
        }
        link = null;
        reported.abandon();
        if (reader != null) {
            reader.detach();
            reader = null;
        }
        worker.released(gone.place());
        if (politely && gone.channel().isActive()) {
            ByteBuf out = gone.channel().alloc().buffer(8);
            FrontendMessages.terminate(out);
            Channels.sendAndClose(gone.channel(), out);
        } else {
            Channels.close(gone.channel());
        }
    }
}
