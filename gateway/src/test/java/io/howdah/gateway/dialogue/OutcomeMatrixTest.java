package io.howdah.gateway.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.dialogue.OutcomeMatrix.Outcome;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.state.Interner;
import io.howdah.gateway.state.StatementEntry;
import io.howdah.postgres.wire.FrontendMessages;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a lost server means, row by row. */
final class OutcomeMatrixTest {
    private static final Outcome RETRY = new Outcome(false, false);
    private static final Outcome RETRY_AFTER_ROLLBACK = new Outcome(false, true);
    private static final Outcome UNKNOWN = new Outcome(true, false);

    private final Conversation conversation = new Conversation();

    private static final class Nobody implements RequestWatch {
        @Override
        public void text(ByteBuf in, int from, int to, boolean unnamed) {}

        @Override
        public void unnamed() {}

        @Override
        public void prepared(StatementEntry entry) {}

        @Override
        public void needsEmptyDatabase(Statement statement) {}

        @Override
        public void executes() {}

        @Override
        public void ends() {}
    }

    private final Requests requests =
            new Requests(conversation, new TextReader(), new Interner<>(10), false, _ -> false, new Nobody());
    private final Outlet outlet = new Outlet() {
        @Override
        public ByteBuf before() {
            return Unpooled.buffer();
        }

        @Override
        public void skipTo(int index) {}

        @Override
        public void skipRest() {}
    };

    private static Consumer<ByteBuf> query(String sql) {
        return out -> FrontendMessages.query(out, sql);
    }

    private static Consumer<ByteBuf> extended(String sql) {
        return out -> {
            FrontendMessages.parse(out, "", sql);
            FrontendMessages.bind(out, "", "", List.of());
            FrontendMessages.execute(out, "");
        };
    }

    private Outcome lostAfter(char status) {
        return lostAfter(status, out -> {});
    }

    private Outcome lostAfter(char status, Consumer<ByteBuf> sent) {
        ByteBuf buffer = Unpooled.buffer();
        sent.accept(buffer);
        while (buffer.isReadable()) {
            byte type = buffer.readByte();
            int end = buffer.readerIndex() + buffer.readInt();
            requests.sent(type, buffer, buffer.readerIndex(), end, true, outlet);
            buffer.readerIndex(end);
        }
        return OutcomeMatrix.decide((byte) status, conversation.expected(), false);
    }

    @Test
    void autocommitInFlightIsUnknown() {
        assertThat(lostAfter('I', query("INSERT INTO t VALUES (1)"))).isEqualTo(UNKNOWN);
    }

    @Test
    void aTransactionWithoutCommitIsRetryable() {
        assertThat(lostAfter('T')).isEqualTo(RETRY_AFTER_ROLLBACK);
        assertThat(lostAfter('T', query("INSERT INTO t VALUES (1)"))).isEqualTo(RETRY_AFTER_ROLLBACK);
    }

    @Test
    void commitInFlightIsUnknown() {
        assertThat(lostAfter('T', query("COMMIT"))).isEqualTo(UNKNOWN);
    }

    @Test
    void aTransactionThatBeganInFlightIsRetryable() {
        assertThat(lostAfter('I', query("BEGIN; INSERT INTO t VALUES (1)"))).isEqualTo(RETRY_AFTER_ROLLBACK);
    }

    @Test
    void aWholeTransactionInFlightIsUnknown() {
        assertThat(lostAfter('I', query("BEGIN; INSERT INTO t VALUES (1); COMMIT")))
                .isEqualTo(UNKNOWN);
    }

    @Test
    void rollbackInFlightEndsTheTransaction() {
        assertThat(lostAfter('T', query("ROLLBACK"))).isEqualTo(RETRY);
    }

    @Test
    void commitOfAFailedTransactionIsARollback() {
        assertThat(lostAfter('E', query("COMMIT"))).isEqualTo(RETRY);
    }

    @Test
    void withoutItsSyncAnExtendedQueryIsNotCommitted() {
        assertThat(lostAfter('I', extended("INSERT INTO t VALUES (1)"))).isEqualTo(RETRY);
    }

    @Test
    void withItsSyncAnExtendedQueryIsUnknown() {
        assertThat(lostAfter('I', extended("INSERT INTO t VALUES (1)").andThen(FrontendMessages::sync)))
                .isEqualTo(UNKNOWN);
    }

    @Test
    void aDriversTransactionStartIsRetryable() {
        assertThat(lostAfter(
                        'I',
                        extended("BEGIN")
                                .andThen(extended("INSERT INTO t VALUES (1)"))
                                .andThen(FrontendMessages::sync)))
                .isEqualTo(RETRY_AFTER_ROLLBACK);
    }

    @Test
    void preparingIsRetryable() {
        assertThat(lostAfter('I', out -> {
                    FrontendMessages.parse(out, "s", "SELECT 1");
                    FrontendMessages.sync(out);
                }))
                .isEqualTo(RETRY);
    }

    @Test
    void anIncompleteRequestWasNotExecuted() {
        lostAfter('I', query("INSERT INTO t VALUES (1)"));
        assertThat(OutcomeMatrix.decide((byte) 'I', conversation.expected(), true))
                .isEqualTo(RETRY);
    }
}
