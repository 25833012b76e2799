package io.howdah.gateway.session;

import io.howdah.gateway.dialogue.Conversation;
import io.howdah.gateway.dialogue.Expectations;
import io.howdah.gateway.dialogue.Settling;
import io.howdah.gateway.dialogue.StateProbe;
import io.howdah.gateway.pool.BackendReader;
import io.howdah.gateway.pool.ReplySink;
import io.howdah.gateway.protocol.ErrorGlance;
import io.howdah.gateway.protocol.Verdict;
import io.howdah.gateway.state.Interner;
import io.howdah.gateway.state.Reported;
import io.howdah.gateway.state.ServerStatements;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendType;
import io.howdah.postgres.wire.ErrorFields;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** What the server of a session sends, and what becomes of it on its way to the client. Called by {@link BackendReader}. */
final class Replies implements ReplySink {
    /** What SHOW client_min_messages says to a client that has set it so; the server has been told otherwise. */
    private static final byte[] ERROR_LEVEL = "error".getBytes(StandardCharsets.US_ASCII);

    /** How a server answers LISTEN, in whose place it has executed UNLISTEN. */
    private static final String LISTENED = "LISTEN";

    private final Session session;
    private final Conversation conversation;
    private final Trial trial;
    private boolean replacesRow;
    private boolean replacesTag;
    private Reported known = Reported.NOTHING;

    Replies(Session session) {
        this.session = session;
        this.conversation = session.conversation();
        this.trial = session.routing().trial();
    }

    @Override
    public Verdict received(byte type, ByteBuf in, int start, int end) {
        Expectations expected = conversation.expected();
        boolean own = expected.headSwallowed();
        Object detail = expected.headDetail();
        if (type == BackendType.READY_FOR_QUERY
                && !own
                && in.getByte(start) == 'I'
                && session.listening().mustSettle()) {
            return Verdict.WAIT;
        }
        if (type == BackendType.NOTIFICATION_RESPONSE && !session.listening().isNews(in, start, end)) {
            return Verdict.SWALLOW;
        }
        replacesTag = type == BackendType.COMMAND_COMPLETE;
        Verdict verdict = conversation.received(type, in, start, end);
        if (verdict == Verdict.PARAMETER) {
            session.caching().received(type);
            Reported before = session.server().reported();
            session.server().report(in.slice(start, end - start), own);
            boolean nameless = session.server().reported().isNameless() && !before.isNameless();
            if (own || (nameless && conversation.state().asksForOwnName())) {
                // The name that the client gave comes back before its next statement, so for the client nothing
                // changes.
                return Verdict.SWALLOW;
            }
            Reported told = known;
            known = session.server().reported();
            // That a replica is one is no news for a client that talks to all of them.
            boolean same = session.routing().splits() && Interner.same(told, known);
            return same ? Verdict.SWALLOW : Verdict.FORWARD;
        }
        if (!own) {
            session.caching().received(type);
        }
        if (!own && trial.isOpen()) {
            verdict = onTrial(type, verdict, in, start, end);
        }
        if (trial.isFailing() && verdict != Verdict.ENDING) {
            return Verdict.SWALLOW;
        }
        if (verdict == Verdict.READY) {
            session.answered(in.getByte(start));
        } else if (!own && type == BackendType.COMMAND_COMPLETE) {
            session.tally().completed(in, start, end);
        } else if (!own && type == BackendType.ERROR_RESPONSE) {
            session.tally().failed();
        }
        if (own && detail == Settling.SETTINGS && type == BackendType.ERROR_RESPONSE && verdict != Verdict.ENDING) {
            session.losses().settingsRefused(decode(in, start, end));
        }
        return verdict;
    }

    /** A replica's answer to a read that the primary could serve as well. */
    private Verdict onTrial(byte type, Verdict verdict, ByteBuf in, int start, int end) {
        if (verdict == Verdict.ENDING) {
            return verdict;
        }
        if (type == BackendType.ERROR_RESPONSE) {
            if (session.routing().replica() != null
                    && Trial.isWorthAnother(ErrorGlance.of(in, start, end).sqlState())) {
                trial.refused();
                return Verdict.SWALLOW;
            }
            trial.served();
        } else if (Trial.isProof(type)) {
            trial.served();
        }
        return verdict;
    }

    private static ErrorFields decode(ByteBuf in, int start, int end) {
        ErrorGlance glance = ErrorGlance.of(in, start, end);
        try {
            return ErrorFields.decode(in.slice(start, end - start));
        } catch (RuntimeException e) {
            // The message is too long to be here in full.
            return ErrorFields.error(glance.sqlState(), "SQLSTATE " + glance.sqlState(), "", "");
        }
    }

    @Override
    public void dataComes(long length) {
        session.tally().data(length);
        if (trial.isOpen() && !conversation.expected().headSwallowed()) {
            trial.served();
        }
    }

    @Override
    public boolean swallowsData() {
        return conversation.expected().headSwallowed() || trial.isFailing();
    }

    @Override
    public boolean wantsRow() {
        return conversation.expected().headDetail() == Settling.PROBE || conversation.showsSoftenedLevel();
    }

    @Override
    public Verdict row(ByteBuf in, int start, int end) {
        if (conversation.expected().headDetail() != Settling.PROBE) {
            replacesRow = true;
            replacesTag = false;
            return Verdict.REPLACE;
        }
        conversation.state().found(StateProbe.answer(in, start, end));
        return Verdict.SWALLOW;
    }

    @Override
    public boolean owesAnswer() {
        return conversation.expected().headIsLocal();
    }

    @Override
    public void answerOwed() {
        ByteBuf out = session.client().buffer();
        while (conversation.expected().headIsLocal()) {
            conversation.closedLocally();
            BackendMessages.closeComplete(out);
        }
        session.client().write(out);
    }

    @Override
    public void ownRequestAnswered() {
        if (!conversation.expected().headSwallowed() && !session.isClosed()) {
            session.holding().settled();
        }
    }

    @Override
    public void atBoundary() {
        session.atBoundary();
    }

    @Override
    public void betweenBoundaries() {
        session.resumeStalled();
    }

    @Override
    public void write(ByteBuf bytes) {
        session.caching().written(bytes);
        trial.write(bytes);
    }

    @Override
    public void flush() {
        session.client().flush();
    }

    @Override
    public void serverFull(boolean full) {
        session.client().pause(ClientSide.BACKEND_FULL, full);
    }

    @Override
    public void serverGone(String how) {
        session.losses().backendGone(how);
    }

    @Override
    public void serverEnds(ErrorGlance error) {
        session.losses().backendEnds(error);
    }

    @Override
    public void unconfirmedCommit() {
        session.losses().unconfirmedCommit();
    }

    // ---- errors that the client gets otherwise

    @Override
    public void replace() {
        ByteBuf out = session.client().buffer();
        if (replacesTag) {
            BackendMessages.commandComplete(out, LISTENED);
        } else if (replacesRow) {
            replacesRow = false;
            out.writeByte(BackendType.DATA_ROW)
                    .writeInt(Integer.BYTES + Short.BYTES + Integer.BYTES + ERROR_LEVEL.length)
                    .writeShort(1)
                    .writeInt(ERROR_LEVEL.length)
                    .writeBytes(ERROR_LEVEL);
        } else {
            conversation.replacement().writeError(out);
        }
        session.client().write(out);
    }

    @Override
    public void renameError(ByteBuf in, int start, int end) {
        // One character per byte: the texts are in the client's encoding.
        String text = in.toString(start, end - start, StandardCharsets.ISO_8859_1);
        int from = text.indexOf('"' + ServerStatements.PREFIX) + 1;
        if (from > 0) {
            int to = text.indexOf('"', from);
            text = text.substring(0, from) + clientName(text.substring(from, to)) + text.substring(to);
        }
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuf out = session.client().buffer();
        out.writeByte(BackendType.ERROR_RESPONSE).writeInt(4 + bytes.length).writeBytes(bytes);
        session.client().write(out);
    }

    private String clientName(String serverName) {
        ServerStatements onServer = conversation.names().onServer();
        if (!conversation.failedName().isEmpty()) {
            return conversation.failedName();
        }
        String[] found = {serverName};
        if (onServer != null) {
            conversation.names().named().forEach(statement -> {
                ServerStatements.Held held = statement.entry() == null ? null : onServer.find(statement.entry());
                if (held != null && new String(held.name(), StandardCharsets.US_ASCII).equals(serverName)) {
                    found[0] = statement.name();
                }
            });
        }
        return found[0];
    }

    // ---- settings that the server reports

    /** What the client believes of them. */
    Reported known() {
        return known;
    }

    /** The client has just logged in. */
    void tellEverything(ByteBuf out) {
        known = session.server().reported();
        known.tellDifference(Reported.NOTHING, out);
    }

    /** The session has another server, which may report other settings. */
    void tellChanges() {
        Reported now = session.server().reported();
        if (!Interner.same(now, known)) {
            ByteBuf out = session.client().buffer();
            now.tellDifference(known, out);
            known = now;
            session.client().write(out);
        }
    }
}
