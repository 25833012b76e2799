package io.howdah.gateway.dialogue;

import io.howdah.gateway.sql.Statement;
import java.util.List;

/**
 * What to tell a client whose backend vanished, from what was sent and not answered. Pure.
 *
 * <p>Whatever could have been committed without our hearing of it is unknown (08007) and never retried; whatever certainly was not is
 * a retryable failure (40001).
 */
final class OutcomeMatrix {
    private OutcomeMatrix() {}

    /** @param inTransaction whether the client must still send ROLLBACK */
    record Outcome(boolean unknown, boolean inTransaction) {}

    /**
     * @param status the transaction status of the last ReadyForQuery
     * @param expected what was sent and not answered
     * @param lastIsPartial the newest request was not sent in full, so it cannot have been executed
     */
    static Outcome decide(byte status, Expectations expected, boolean lastIsPartial) {
        Progress progress = new Progress(status);
        int executed = lastIsPartial ? expected.size() - 1 : expected.size();
        for (int index = 0; index < executed; index++) {
            if (!expected.swallowedAt(index)) {
                progress.step(expected.kindAt(index), expected.detailAt(index));
            }
        }
        return new Outcome(progress.unknown, progress.inTransaction);
    }

    private static final class Progress {
        private boolean inTransaction;
        private boolean failed;
        private boolean implicit;
        private boolean unknown;

        Progress(byte status) {
            inTransaction = status != 'I';
            failed = status == 'E';
        }

        void step(byte kind, Object detail) {
            switch (kind) {
                case Expectations.QUERY -> {
                    if (detail instanceof List<?> statements) {
                        for (Object statement : statements) {
                            execute(statement, false);
                        }
                    } else {
                        execute(detail, false);
                    }
                    endImplicit();
                }
                case Expectations.FUNCTION -> {
                    execute(detail, false);
                    endImplicit();
                }
                case Expectations.EXECUTE -> execute(detail, true);
                case Expectations.SYNC -> endImplicit();
                default -> {}
            }
        }

        private void execute(Object detail, boolean untilSync) {
            if (detail instanceof Statement statement) {
                switch (statement.kind()) {
                    case BEGIN -> {
                        inTransaction = true;
                        implicit = false;
                        return;
                    }
                    case COMMIT -> {
                        unknown |= !failed;
                        inTransaction = false;
                        failed = false;
                        return;
                    }
                    case ROLLBACK -> {
                        inTransaction = false;
                        failed = false;
                        return;
                    }
                    case ROLLBACK_TO -> {
                        failed = false;
                        return;
                    }
                    default -> {}
                }
            }
            if (!inTransaction) {
                implicit |= untilSync;
                unknown |= !untilSync;
            }
        }

        /** Without a Sync the implicit transaction of an extended query is rolled back; with it, it may have been committed. */
        private void endImplicit() {
            unknown |= implicit;
            implicit = false;
        }
    }
}
