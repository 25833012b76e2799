package io.howdah.gateway.classify;

import io.howdah.gateway.sql.Lexis;

/**
 * Judges one text: one pass over its tokens, no grammar, no allocation. It must be in an encoding whose multi-byte characters have no
 * ASCII bytes, and standard_conforming_strings must be on; {@link Readability} says whether they are.
 *
 * <p>An instance judges one text after the other on one thread.
 */
public final class StatementClassifier {
    /** Which kind of statement the words at hand belong to. */
    private enum Mode {
        START,
        QUERY,
        EXPLAIN,
        COPY,
        BEGIN,
        /** The first word has said everything. */
        DECIDED
    }

    /** What the token before was, as far as it matters. */
    private enum Before {
        OTHER,
        /** A name that would be called if a parenthesis came now. */
        NAME,
        DOT,
        /** The two colons of a cast. */
        CAST
    }

    private static final byte[] NO_TEXT = new byte[0];

    private byte[] text = NO_TEXT;
    private int end;
    private NameTable names = NameTable.KEYWORDS;
    private boolean foldingCertain;

    private Mode mode = Mode.START;
    private Reason reason = Reason.EMPTY;
    private Hint hint = Hint.NONE;
    private Before before = Before.OTHER;
    private NameTable.Entry name = NameTable.Entry.UNKNOWN;
    /** The keyword that the token before was, and the one before that name. */
    private Keyword keyword = Keyword.NONE;

    private Keyword earlierKeyword = Keyword.NONE;
    private int depth;
    private boolean ended;
    private boolean toStdout;
    private boolean readOnly;
    private boolean mayWrite;

    /**
     * Judges {@code source[from, to)}.
     *
     * @param known what the database's names mean
     * @param utf8 whether both the client and the database use UTF-8, so that names beyond ASCII compare byte by byte
     */
    public Judgment classify(byte[] source, int from, int to, NameTable known, boolean utf8) {
        text = source;
        end = to;
        names = known;
        foldingCertain = utf8;
        mode = Mode.START;
        reason = Reason.EMPTY;
        hint = Hint.NONE;
        forget();
        depth = 0;
        ended = false;
        toStdout = false;
        readOnly = false;
        mayWrite = false;
        int position = from;
        while (position < end && !isHopeless()) {
            byte character = source[position];
            if (Lexis.isNameStart(character)) {
                position = word(position);
            } else if (character == ' ') {
                position++;
            } else {
                position = symbol(position, character);
            }
        }
        text = NO_TEXT;
        return Judgment.of(result(), hint);
    }

    /** Nothing that follows can make the statement one that a replica may serve. */
    private boolean isHopeless() {
        return mode == Mode.DECIDED && (reason.access() == Access.WRITE || reason.access() == Access.UNKNOWN);
    }

    private Reason result() {
        if (mode == Mode.COPY && reason == Reason.READ && !toStdout) {
            return Reason.COPY;
        }
        if (mode == Mode.EXPLAIN && reason == Reason.READ) {
            return Reason.OTHER_STATEMENT;
        }
        if (mode == Mode.BEGIN && reason == Reason.BEGIN && readOnly && !mayWrite) {
            return Reason.BEGIN_READ_ONLY;
        }
        return reason == Reason.READ && !names.isComplete() ? Reason.NAMES_UNKNOWN : reason;
    }

    private void decide(Reason found) {
        reason = found;
        mode = Mode.DECIDED;
    }

    private void forget() {
        if (before == Before.NAME) {
            name = NameTable.Entry.UNKNOWN;
            keyword = Keyword.NONE;
            earlierKeyword = Keyword.NONE;
        }
        before = Before.OTHER;
    }

    /** Moves over one token that begins with this and is no name. */
    private int symbol(int position, byte character) {
        return switch (character) {
            case '\t', '\n', '\r', '\f' -> position + 1;
            case '\'' -> string(position, false);
            case '"' -> quotedName(position);
            case '(' -> open(position);
            case '$' -> {
                other();
                yield Lexis.afterDollar(text, position, end);
            }
            case ';' -> {
                ended |= mode != Mode.START;
                forget();
                yield position + 1;
            }
            case ')' -> {
                other();
                depth--;
                yield position + 1;
            }
            case '.' -> {
                other();
                before = Before.DOT;
                yield position + 1;
            }
            case ':' -> {
                other();
                boolean cast = Lexis.follows(text, position, end, ':');
                before = cast ? Before.CAST : Before.OTHER;
                yield position + (cast ? 2 : 1);
            }
            case 0 -> {
                decide(Reason.UNREADABLE);
                yield end;
            }
            default -> character >= '0' && character <= '9' ? number(position) : commentOrOperator(position);
        };
    }

    /** Its point must not be taken for that of a qualified name. */
    private int number(int position) {
        other();
        int after = position + 1;
        while (after < end && (text[after] == '.' || (text[after] >= '0' && text[after] <= '9'))) {
            after++;
        }
        return after;
    }

    /** Something that is no name and no opening parenthesis. */
    private void other() {
        begins();
        forget();
    }

    /** A token that a statement may not begin with, unless it is a parenthesis. */
    private void begins() {
        if (ended) {
            decide(Reason.SEVERAL_STATEMENTS);
        } else if (mode == Mode.START) {
            decide(Reason.OTHER_STATEMENT);
        }
    }

    private int commentOrOperator(int position) {
        byte character = text[position];
        if (character == '-' && Lexis.follows(text, position, end, '-')) {
            return Lexis.afterLine(text, position, end);
        }
        if (character == '/' && Lexis.follows(text, position, end, '*')) {
            int after = Lexis.afterComment(text, position, end);
            if (mode == Mode.START && hint == Hint.NONE) {
                hint = Hint.in(text, position, after);
            }
            return after;
        }
        other();
        if (names.hasVolatileOperators()) {
            int after = position + 1;
            while (after < end && isOperator(text[after])) {
                after++;
            }
            if (names.isVolatileOperator(text, position, after)) {
                decide(Reason.VOLATILE_OPERATOR);
            }
        }
        return position + 1;
    }

    private static boolean isOperator(byte character) {
        return switch (character) {
            case '~', '!', '@', '#', '^', '&', '|', '`', '?', '+', '-', '*', '/', '%', '<', '>', '=' -> true;
            default -> false;
        };
    }

    private int string(int position, boolean escapes) {
        other();
        int after = Lexis.afterQuoted(text, position, end, escapes);
        if (escapes) {
            // The escapes go on in a string that continues on the next line.
            int next = after;
            while (next < end && text[next] <= ' ') {
                next++;
            }
            if (next < end && (text[next] == '\'' || text[next] == '-')) {
                decide(Reason.UNREADABLE);
            }
        }
        return after;
    }

    private int open(int position) {
        if (ended) {
            decide(Reason.SEVERAL_STATEMENTS);
        } else if (before == Before.NAME && (mode == Mode.QUERY || mode == Mode.COPY)) {
            call();
        }
        depth++;
        forget();
        return position + 1;
    }

    /** A name stands before a parenthesis. */
    private void call() {
        if (earlierKeyword == Keyword.AS || earlierKeyword == Keyword.WITH || earlierKeyword == Keyword.RECURSIVE) {
            // Names of columns follow.
            return;
        }
        if (mode == Mode.COPY && depth == 0) {
            return;
        }
        if (name.primaryFunction) {
            decide(Reason.PRIMARY_FUNCTION);
        } else if (!name.harmlessCall) {
            decide(Reason.UNKNOWN_FUNCTION);
        }
    }

    private int quotedName(int position) {
        int after = Lexis.afterQuoted(text, position, end, false);
        begins();
        boolean closed = after - position >= 2 && text[after - 1] == '"';
        if (!closed || !isPlain(position + 1, after - 1)) {
            decide(Reason.UNREADABLE);
            return after;
        }
        named(names.findQuoted(text, position + 1, after - 1), Keyword.NONE);
        return after;
    }

    /** Whether a quoted name means what its bytes say. */
    private boolean isPlain(int from, int to) {
        if (to - from > NameTable.LONGEST_NAME) {
            return false;
        }
        for (int index = from; index < to; index++) {
            byte character = text[index];
            if (character == '"' || character == '\\' || (character < 0 && !foldingCertain)) {
                return false;
            }
        }
        return true;
    }

    private void named(NameTable.Entry found, Keyword asKeyword) {
        if (found.primaryRelation && mode != Mode.DECIDED && mode != Mode.BEGIN) {
            decide(Reason.PRIMARY_RELATION);
        }
        // A cast to a type with a modifier, numeric(10,2), calls what the table knows under the type's name.
        name = found;
        earlierKeyword = before == Before.DOT || before == Before.CAST ? Keyword.NONE : keyword;
        keyword = asKeyword;
        before = Before.NAME;
    }

    private int word(int position) {
        byte[] source = text;
        int last = end;
        int after = position;
        int bits = 0;
        while (after < last && Lexis.isNamePart(source[after])) {
            bits |= source[after];
            after++;
        }
        boolean ascii = bits >= 0;
        if (after - position == 1 && after < end && text[after] == '\'' && (text[position] | 0x20) == 'e') {
            return string(after, true);
        }
        if (after - position > NameTable.LONGEST_NAME || !(foldingCertain || ascii)) {
            begins();
            decide(Reason.UNREADABLE);
            return after;
        }
        NameTable.Entry found = names.find(source, position, after, ascii);
        Keyword word = before == Before.DOT ? Keyword.NONE : found.keyword;
        if (ended) {
            decide(Reason.SEVERAL_STATEMENTS);
            return after;
        }
        switch (mode) {
            case START -> first(word);
            case QUERY -> {
                if (word != Keyword.NONE) {
                    inQuery(word);
                }
            }
            case EXPLAIN -> inExplain(word);
            case COPY -> inCopy(word);
            case BEGIN -> inBegin(word);
            case DECIDED -> {}
        }
        named(found, word);
        return after;
    }

    private void first(Keyword word) {
        reason = word.opens();
        mode = switch (word) {
            case SELECT, VALUES, TABLE, WITH -> Mode.QUERY;
            case EXPLAIN -> Mode.EXPLAIN;
            case BEGIN, START -> Mode.BEGIN;
            case COPY -> {
                reason = Reason.READ;
                yield Mode.COPY;
            }
            default -> Mode.DECIDED;
        };
        if (depth > 0 && mode != Mode.QUERY) {
            decide(Reason.OTHER_STATEMENT);
        }
    }

    private void inQuery(Keyword word) {
        switch (word) {
            case UPDATE -> decide(keyword == Keyword.FOR ? Reason.LOCKS_ROWS : Reason.WRITES);
            case INSERT, DELETE, MERGE -> decide(Reason.WRITES);
            case INTO -> decide(Reason.SELECT_INTO);
            case SHARE, NO, KEY -> {
                if (keyword == Keyword.FOR) {
                    decide(Reason.LOCKS_ROWS);
                }
            }
            case UESCAPE -> decide(Reason.UNREADABLE);
            default -> {}
        }
    }

    /** Options, perhaps in parentheses, then a statement. */
    private void inExplain(Keyword word) {
        switch (word) {
            case SELECT, VALUES, TABLE, WITH -> mode = Mode.QUERY;
            case ANALYZE, ANALYSE -> decide(Reason.EXPLAIN_ANALYZE);
            case VERBOSE -> {}
            default -> {
                if (depth == 0) {
                    decide(Reason.OTHER_STATEMENT);
                }
            }
        }
    }

    private void inCopy(Keyword word) {
        if (depth > 0) {
            inQuery(word);
        } else if (word == Keyword.FROM) {
            decide(Reason.COPY);
        } else if (word == Keyword.STDOUT && keyword == Keyword.TO) {
            toStdout = true;
        }
    }

    private void inBegin(Keyword word) {
        readOnly |= word == Keyword.ONLY && keyword == Keyword.READ;
        // A replica refuses transactions at this level.
        mayWrite |= word == Keyword.WRITE || word == Keyword.SERIALIZABLE;
    }
}
