package io.howdah.gateway.session;

import io.howdah.gateway.dialogue.BackendLoss;
import io.howdah.gateway.dialogue.Conversation;
import io.howdah.gateway.dialogue.LocalAnswers;
import io.howdah.gateway.metrics.SessionEvent;
import io.howdah.gateway.protocol.ErrorGlance;
import io.howdah.gateway.protocol.Errors;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.state.Pin;
import io.howdah.postgres.wire.ErrorFields;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A session whose server is gone, or must not be used any more: what the client hears, and how the session goes on. */
final class Losses {
    private final Session session;
    private final Worker worker;

    Losses(Session session, Worker worker) {
        this.session = session;
        this.worker = worker;
    }

    /** The server ended the session with an error that the client does not get as it is. */
    void backendEnds(ErrorGlance error) {
        backendGone("It ended the session with SQLSTATE " + error.sqlState());
    }

    void unconfirmedCommit() {
        worker.counters().count(SessionEvent.UNCONFIRMED_COMMIT);
        lost(Errors.committedLocallyOnly(), "It did not confirm a commit");
    }

    void backendGone(String how) {
        Backend place = session.place();
        if (place != null) {
            lost(null, "The session was connected to " + place + ". " + how);
        }
    }

    /** The server has refused the session's own settings. */
    void settingsRefused(ErrorFields error) {
        worker.counters().count(SessionEvent.REPLAY_FAILURE);
        worker.log().warn("the settings of a session were refused by its next server: {}", error);
        session.end(Errors.settingsRefused(error, !session.isWaiting()));
    }

    private void lost(@Nullable ErrorFields verdict, String reason) {
        Conversation conversation = session.conversation();
        worker.counters().count(SessionEvent.BACKEND_LOSS);
        Trial trial = session.routing().trial();
        if ((trial.isOpen() || trial.isFailing()) && !conversation.segmentOpen()) {
            // A read outside a transaction, and the client has got nothing of its answer.
            session.server().drop(false);
            session.client().pause(ClientSide.BACKEND_FULL, false);
            conversation.lost((byte) 'I');
            session.retryOnPrimary();
            return;
        }
        boolean midMessage = session.server().midMessage();
        session.server().drop(false);
        session.client().pause(ClientSide.BACKEND_FULL, false);
        boolean atRest = conversation.atRest();
        boolean cutShort = conversation.status() == 'I' && session.routing().isOneRead();
        boolean partial = session.reader().discardRest();
        if (conversation.state().isPinned(Pin.LISTEN)) {
            // A listener sends nothing, so it would never hear of an error that waits for its next statement.
            worker.counters().count(SessionEvent.LOST_LISTENER);
            session.end(Errors.listenLost());
            return;
        }
        if (midMessage) {
            worker.counters().count(SessionEvent.BROKEN_REPLY);
            session.client().close();
            session.closed();
            return;
        }
        String pinned = conversation.state().forgetPins();
        LocalAnswers local = null;
        if (atRest || ownRequestsOnly(conversation)) {
            conversation.lost((byte) 'I');
            if (!pinned.isEmpty()) {
                local = LocalAnswers.refusal(conversation, worker.texts(), Errors.stateLost(pinned));
            }
        } else {
            String why = pinned.isEmpty() ? reason : reason + "; lost with it: " + pinned;
            ErrorFields known = verdict == null && cutShort ? Errors.answerCutShort(why) : verdict;
            BackendLoss loss = BackendLoss.of(conversation, worker.texts(), known, partial, why);
            worker.counters().count(loss.unknown() ? SessionEvent.UNKNOWN_OUTCOME : SessionEvent.RETRYABLE_OUTCOME);
            ByteBuf out = session.client().buffer();
            local = loss.answer(out);
            session.client().write(out);
            session.client().flush();
        }
        session.goOnWithoutServer(local);
    }

    /** Nothing of the client's was in flight, only what the gateway asked for itself. */
    private static boolean ownRequestsOnly(Conversation conversation) {
        if (conversation.status() != 'I' || conversation.segmentOpen()) {
            return false;
        }
        for (int index = 0; index < conversation.expected().size(); index++) {
            if (!conversation.expected().swallowedAt(index)) {
                return false;
            }
        }
        return true;
    }
}
