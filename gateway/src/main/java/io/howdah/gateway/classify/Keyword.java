package io.howdah.gateway.classify;

import java.util.Locale;

/** The words of SQL that decide where a statement may go; all others are {@link #NONE}. */
enum Keyword {
    NONE(Reason.OTHER_STATEMENT),
    // Statements that may read.
    SELECT(Reason.READ),
    VALUES(Reason.READ),
    TABLE(Reason.READ),
    WITH(Reason.READ),
    EXPLAIN(Reason.READ),
    COPY(Reason.COPY),
    // Statements that write, wherever the word stands.
    INSERT(Reason.WRITES),
    UPDATE(Reason.WRITES),
    DELETE(Reason.WRITES),
    MERGE(Reason.WRITES),
    // Transactions.
    BEGIN(Reason.BEGIN),
    START(Reason.BEGIN),
    COMMIT(Reason.TRANSACTION_CONTROL),
    END(Reason.TRANSACTION_CONTROL),
    ABORT(Reason.TRANSACTION_CONTROL),
    ROLLBACK(Reason.TRANSACTION_CONTROL),
    SAVEPOINT(Reason.TRANSACTION_CONTROL),
    RELEASE(Reason.TRANSACTION_CONTROL),
    // The session. SHOW too: some settings tell what kind of server this is.
    SET(Reason.SESSION),
    RESET(Reason.SESSION),
    SHOW(Reason.SESSION),
    DISCARD(Reason.SESSION),
    LISTEN(Reason.SESSION),
    UNLISTEN(Reason.SESSION),
    PREPARE(Reason.SESSION),
    EXECUTE(Reason.SESSION),
    DEALLOCATE(Reason.SESSION),
    DECLARE(Reason.SESSION),
    FETCH(Reason.SESSION),
    MOVE(Reason.SESSION),
    CLOSE(Reason.SESSION),
    // Words inside statements.
    ANALYSE(Reason.OTHER_STATEMENT),
    ANALYZE(Reason.OTHER_STATEMENT),
    AS(Reason.OTHER_STATEMENT),
    FOR(Reason.OTHER_STATEMENT),
    FROM(Reason.OTHER_STATEMENT),
    INTO(Reason.OTHER_STATEMENT),
    KEY(Reason.OTHER_STATEMENT),
    NO(Reason.OTHER_STATEMENT),
    ONLY(Reason.OTHER_STATEMENT),
    READ(Reason.OTHER_STATEMENT),
    RECURSIVE(Reason.OTHER_STATEMENT),
    SERIALIZABLE(Reason.OTHER_STATEMENT),
    SHARE(Reason.OTHER_STATEMENT),
    STDOUT(Reason.OTHER_STATEMENT),
    TO(Reason.OTHER_STATEMENT),
    UESCAPE(Reason.OTHER_STATEMENT),
    VERBOSE(Reason.OTHER_STATEMENT),
    WRITE(Reason.OTHER_STATEMENT);

    private final Reason reason;
    private final String spelling = name().toLowerCase(Locale.ROOT);

    Keyword(Reason reason) {
        this.reason = reason;
    }

    /** What a statement that begins with this word is, as far as that word tells. */
    Reason opens() {
        return reason;
    }

    String spelling() {
        return spelling;
    }
}
