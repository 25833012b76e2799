package io.howdah.gateway.dialogue;

import io.howdah.gateway.protocol.Errors;
import io.howdah.gateway.protocol.Names;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementKind;
import io.howdah.gateway.state.ClientStatement;
import io.howdah.gateway.state.StatementEntry;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendType;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.FrontendType;
import io.howdah.postgres.wire.TransactionStatus;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers a client while its session has no server to ask: one request is refused, or the client is led out of a transaction that
 * was lost. It behaves as PostgreSQL does in a failed transaction, so that drivers and their retry loops see nothing new.
 */
public final class LocalAnswers {
    private final Conversation conversation;
    private final TextReader texts;
    private final ErrorFields error;
    private boolean inTransaction;
    private boolean told;
    private boolean skippingToSync;
    private boolean finished;
    private StatementKind portal = StatementKind.PLAIN;

    private LocalAnswers(
            Conversation conversation, TextReader texts, ErrorFields error, boolean inTransaction, boolean told) {
        this.conversation = conversation;
        this.texts = texts;
        this.error = error;
        this.inTransaction = inTransaction;
        this.told = told;
    }

    /** The next request gets this error; the one after it is served again. */
    public static LocalAnswers refusal(Conversation conversation, TextReader texts, ErrorFields error) {
        return new LocalAnswers(conversation, texts, error, false, false);
    }

    /**
     * The client must roll back.
     *
     * @param told whether it has already got the error
     */
    static LocalAnswers lostTransaction(Conversation conversation, TextReader texts, ErrorFields error, boolean told) {
        return new LocalAnswers(conversation, texts, error, true, told);
    }

    /** The client has got the error in the middle of an extended query; what follows is skipped up to its Sync. */
    static LocalAnswers toldBeforeSync(
            Conversation conversation, TextReader texts, ErrorFields error, boolean inTransaction) {
        LocalAnswers answers = new LocalAnswers(conversation, texts, error, inTransaction, true);
        answers.skippingToSync = true;
        return answers;
    }

    /** The session may be served by a server again. */
    public boolean finished() {
        return finished;
    }

    /** Answers one message; its body lies in {@code [start, end)}, perhaps without its end. */
    public void answer(byte type, ByteBuf in, int start, int end, ByteBuf out) {
        switch (type) {
            case FrontendType.SYNC -> {
                // A Sync alone asks for nothing, so it does not use up a refusal.
                finished = skippingToSync && !inTransaction;
                skippingToSync = false;
                ready(out);
            }
            case FrontendType.FLUSH, FrontendType.COPY_DATA, FrontendType.COPY_DONE, FrontendType.COPY_FAIL -> {}
            case FrontendType.QUERY -> {
                if (!skippingToSync) {
                    query(in, start, end, out);
                }
            }
            case FrontendType.FUNCTION_CALL -> {
                if (!skippingToSync) {
                    refuse(out);
                    finished = !inTransaction;
                    ready(out);
                }
            }
            default -> {
                if (!skippingToSync) {
                    extended(type, in, start, end, out);
                }
            }
        }
    }

    private void query(ByteBuf in, int start, int end, ByteBuf out) {
        List<Statement> statements = texts.scan(in, start, Math.max(start, end - 1));
        if (!inTransaction) {
            refuse(out);
            finished = true;
        } else if (statements.size() == 1 && ends(statements.getFirst().kind())) {
            end(statements.getFirst().kind(), out);
            finished = true;
        } else {
            refuse(out);
        }
        ready(out);
    }

    private static boolean ends(StatementKind kind) {
        return kind == StatementKind.ROLLBACK || kind == StatementKind.COMMIT;
    }

    /** A COMMIT of a client that has not heard of the loss must not look like a success. */
    private boolean end(StatementKind kind, ByteBuf out) {
        inTransaction = false;
        conversation.endLocalTransaction();
        if (kind == StatementKind.COMMIT && !told) {
            error.writeError(out);
            return false;
        }
        BackendMessages.commandComplete(out, "ROLLBACK");
        return true;
    }

    private void extended(byte type, ByteBuf in, int start, int end, ByteBuf out) {
        if (!inTransaction) {
            fail(out);
            return;
        }
        switch (type) {
            case FrontendType.PARSE -> parse(in, start, end, out);
            case FrontendType.BIND -> bind(in, start, end, out);
            case FrontendType.DESCRIBE -> {
                if (in.getByte(start) == 'S') {
                    out.writeByte(BackendType.PARAMETER_DESCRIPTION).writeInt(6).writeShort(0);
                }
                BackendMessages.noData(out);
            }
            case FrontendType.EXECUTE -> {
                if (!ends(portal)) {
                    fail(out);
                } else if (end(portal, out)) {
                    // What follows in this pipeline, its Sync too, is for the next server.
                    finished = true;
                } else {
                    skippingToSync = true;
                }
            }
            case FrontendType.CLOSE -> {
                ClientStatement statement = named(in, start + 1, end);
                if (statement != null && in.getByte(start) == 'S') {
                    conversation.names().named().remove(statement);
                }
                BackendMessages.closeComplete(out);
            }
            default -> fail(out);
        }
    }

    private void parse(ByteBuf in, int start, int end, ByteBuf out) {
        int nameEnd = Names.end(in, start, end);
        int textEnd = nameEnd < 0 ? -1 : Names.end(in, nameEnd + 1, end);
        Statement statement = textEnd < 0 ? Statement.PLAIN : texts.first(in, nameEnd + 1, textEnd);
        if (!ends(statement.kind())) {
            fail(out);
            return;
        }
        if (nameEnd == start) {
            conversation.names().unnamed().sent(in, start, end, true, statement);
            conversation.names().unnamed().confirmed();
            conversation.names().unnamed().leftServer();
        } else if (named(in, start, end) == null) {
            StatementEntry entry = new StatementEntry(in, nameEnd + 1, end);
            ClientStatement prepared = new ClientStatement(Names.read(in, start, nameEnd), entry, statement);
            prepared.confirm();
            conversation.names().named().add(prepared);
        }
        BackendMessages.parseComplete(out);
    }

    private void bind(ByteBuf in, int start, int end, ByteBuf out) {
        int portalEnd = Names.end(in, start, end);
        int nameEnd = portalEnd < 0 ? -1 : Names.end(in, portalEnd + 1, end);
        if (nameEnd == portalEnd + 1) {
            portal = conversation.names().unnamed().statement().kind();
        } else {
            ClientStatement statement = portalEnd < 0 ? null : named(in, portalEnd + 1, end);
            portal = statement == null
                    ? StatementKind.PLAIN
                    : statement.statement().kind();
        }
        if (ends(portal)) {
            BackendMessages.bindComplete(out);
        } else {
            fail(out);
        }
    }

    private @Nullable ClientStatement named(ByteBuf in, int from, int end) {
        int nameEnd = Names.end(in, from, end);
        return nameEnd < 0 ? null : conversation.names().named().find(in, from, nameEnd);
    }

    private void fail(ByteBuf out) {
        refuse(out);
        skippingToSync = true;
    }

    private void refuse(ByteBuf out) {
        ErrorFields next = told ? Errors.failedTransaction() : error;
        next.writeError(out);
        told = true;
    }

    private void ready(ByteBuf out) {
        BackendMessages.readyForQuery(out, inTransaction ? TransactionStatus.FAILED : TransactionStatus.IDLE);
    }
}
