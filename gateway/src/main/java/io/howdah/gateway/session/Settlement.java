package io.howdah.gateway.session;

import io.howdah.gateway.dialogue.Conversation;
import io.howdah.gateway.dialogue.StateProbe;
import io.howdah.gateway.pool.PoolMode;
import io.netty.buffer.ByteBuf;

/** What the gateway itself asks of a session's server while the client has nothing under way, until the connection can go to another. */
final class Settlement {
    private final Session session;
    private final Worker worker;
    private final Conversation conversation;
    private final ServerSide server;

    Settlement(Session session, Worker worker) {
        this.session = session;
        this.worker = worker;
        this.conversation = session.conversation();
        this.server = session.server();
    }

    /** Makes sure that commits wait for their quorum, where a statement may have changed that. */
    void raiseCommitLevel() {
        if (conversation.commitLevel().isDue(conversation) && server.isThere()) {
            ByteBuf out = server.buffer();
            conversation.commitLevel().raise(conversation, out);
            if (conversation.status() == 'I' && conversation.state().takeProbe()) {
                StateProbe.ask(conversation, out);
            }
            server.write(out);
            server.flush();
            session.updateBusy();
        }
    }

    /** Gives the server connection back when nothing is left that belongs to this client. */
    void giveBackIfDone() {
        boolean done = session.holding().isReady()
                && server.isThere()
                && conversation.atRest()
                && !session.cancellation().isUnderWay()
                && !session.reader().isMidMessage();
        if (!done) {
            return;
        }
        if (conversation.state().isPinned()) {
            settlePinned();
        } else if (server.mode() == PoolMode.SESSION) {
            prepareServer();
        } else {
            session.client().flush();
            server.giveBack();
        }
    }

    private void settlePinned() {
        if (conversation.state().takeProbe()) {
            ByteBuf out = server.buffer();
            StateProbe.ask(conversation, out);
            server.write(out);
            server.flush();
            session.updateBusy();
        } else {
            worker.counters().pinned(conversation.state().pins());
            prepareServer();
        }
    }

    /** Writes what makes the server as the session wants it. Says whether that was necessary. */
    boolean prepareServer() {
        if (!server.needsPreparation()) {
            return false;
        }
        ByteBuf out = server.buffer();
        server.prepare(out);
        server.write(out);
        if (!session.reader().isReading()) {
            server.flush();
        }
        return true;
    }
}
