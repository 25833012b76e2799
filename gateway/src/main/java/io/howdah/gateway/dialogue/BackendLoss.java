package io.howdah.gateway.dialogue;

import io.howdah.gateway.protocol.Errors;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.TransactionStatus;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What a client is told when its server vanished while something was in flight or a transaction was open. */
public final class BackendLoss {
    private final Conversation conversation;
    private final TextReader texts;
    private final OutcomeMatrix.Outcome outcome;
    private final ErrorFields error;
    private final boolean failedBefore;

    private BackendLoss(Conversation conversation, TextReader texts, OutcomeMatrix.Outcome outcome, ErrorFields error) {
        this.conversation = conversation;
        this.texts = texts;
        this.outcome = outcome;
        this.error = error;
        this.failedBefore = conversation.status() == 'E';
    }

    /**
     * @param verdict the error to give when it is known already
     * @param partial the newest request was on its way to the server and is not complete
     * @param reason what happened, for the error's detail
     */
    public static BackendLoss of(
            Conversation conversation,
            TextReader texts,
            @Nullable ErrorFields verdict,
            boolean partial,
            String reason) {
        OutcomeMatrix.Outcome outcome = OutcomeMatrix.decide(conversation.status(), conversation.expected(), partial);
        ErrorFields error;
        if (verdict != null) {
            error = verdict;
            outcome = new OutcomeMatrix.Outcome(true, false);
        } else if (outcome.unknown()) {
            error = Errors.unknownOutcome(reason);
        } else if (outcome.inTransaction() || conversation.status() != 'I') {
            error = Errors.transactionLost(reason);
        } else {
            error = Errors.requestLost(reason);
        }
        return new BackendLoss(conversation, texts, outcome, error);
    }

    public boolean unknown() {
        return outcome.unknown();
    }

    /** Answers everything in flight. Returns who answers the client's next messages, null when the next server does. */
    public @Nullable LocalAnswers answer(ByteBuf out) {
        boolean inTransaction = outcome.inTransaction() && !outcome.unknown();
        TransactionStatus status = inTransaction ? TransactionStatus.FAILED : TransactionStatus.IDLE;
        Expectations expected = conversation.expected();
        boolean told = failedBefore;
        for (int index = 0; index < expected.size(); index++) {
            byte kind = expected.kindAt(index);
            boolean answeredByReady =
                    kind == Expectations.QUERY || kind == Expectations.FUNCTION || kind == Expectations.SYNC;
            if (answeredByReady && !expected.swallowedAt(index)) {
                error.writeError(out);
                BackendMessages.readyForQuery(out, status);
                told = true;
            }
        }
        boolean open = conversation.segmentOpen();
        conversation.lost(status.code());
        if (open) {
            error.writeError(out);
            return LocalAnswers.toldBeforeSync(conversation, texts, error, inTransaction);
        }
        return inTransaction ? LocalAnswers.lostTransaction(conversation, texts, error, told) : null;
    }
}
