package io.howdah.gateway.classify;

/** Why a statement goes where it goes. */
public enum Reason {
    READ(Access.READ, "it only reads"),
    WRITES(Access.WRITE, "it writes"),
    LOCKS_ROWS(Access.WRITE, "it locks rows"),
    SELECT_INTO(Access.WRITE, "SELECT INTO makes a table"),
    COPY(Access.WRITE, "only COPY TO STDOUT reads"),
    OTHER_STATEMENT(Access.WRITE, "statements of this kind are not known to only read"),
    BEGIN(Access.TRANSACTION, "it begins a transaction that may write"),
    BEGIN_READ_ONLY(Access.TRANSACTION, "it begins a transaction that cannot write"),
    TRANSACTION_CONTROL(Access.TRANSACTION, "it controls a transaction"),
    SESSION(Access.SESSION, "it is about the session"),
    EXPLAIN_ANALYZE(Access.UNKNOWN, "EXPLAIN ANALYZE executes its statement"),
    PRIMARY_FUNCTION(Access.UNKNOWN, "it calls a function that is volatile or tells about one server"),
    UNKNOWN_FUNCTION(Access.UNKNOWN, "it calls a function that is not known to be stable"),
    PRIMARY_RELATION(
            Access.UNKNOWN, "it names a table or view that replicas cannot serve, or not with the same result"),
    VOLATILE_OPERATOR(Access.UNKNOWN, "it uses an operator whose function is volatile"),
    SEVERAL_STATEMENTS(Access.UNKNOWN, "it is more than one statement"),
    UNREADABLE(Access.UNKNOWN, "its names or strings are written in a way that only the server can read"),
    EMPTY(Access.UNKNOWN, "it is empty"),
    NAMES_UNKNOWN(Access.UNKNOWN, "the functions of this database are not known yet");

    private final Access access;
    private final String text;

    Reason(Access access, String text) {
        this.access = access;
        this.text = text;
    }

    /** Whether a client that says so may have the statement run on a replica although the gateway is not sure. */
    public boolean mayBeInsistedOn() {
        return switch (this) {
            case READ,
                    EXPLAIN_ANALYZE,
                    PRIMARY_FUNCTION,
                    UNKNOWN_FUNCTION,
                    PRIMARY_RELATION,
                    VOLATILE_OPERATOR,
                    NAMES_UNKNOWN -> true;
            case WRITES,
                    LOCKS_ROWS,
                    SELECT_INTO,
                    COPY,
                    OTHER_STATEMENT,
                    BEGIN,
                    BEGIN_READ_ONLY,
                    TRANSACTION_CONTROL,
                    SESSION,
                    SEVERAL_STATEMENTS,
                    UNREADABLE,
                    EMPTY -> false;
        };
    }

    public Access access() {
        return access;
    }

    /** The end of a sentence that begins with "The statement goes there because". */
    public String text() {
        return text;
    }
}
