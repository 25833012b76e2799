package io.howdah.gateway.sql;

import java.util.Arrays;

/** The unquoted words of one statement as far as they decide its kind. */
final class StatementWords {
    /** So many leading words tell every kind apart: CREATE OR REPLACE LOCAL TEMPORARY. */
    private static final int LEADING = 6;

    private byte[] text = new byte[0];
    private final int[] starts = new int[LEADING];
    private final int[] ends = new int[LEADING];
    private int count;
    private boolean touched;
    private int previousStart;
    private int previousEnd;
    private int atomicDepth;
    private boolean intoTemporary;
    private boolean temporarySchema;
    private boolean withHold;
    private boolean advisoryLock;
    private boolean advisoryUnlock;
    private boolean commitLevel;
    private boolean messages;
    private boolean setConfig;
    private boolean settingsView;
    private boolean seed;
    private boolean sequenceState;

    void reset(byte[] source) {
        text = source;
        count = 0;
        touched = false;
        previousStart = 0;
        previousEnd = 0;
        atomicDepth = 0;
        intoTemporary = false;
        temporarySchema = false;
        withHold = false;
        advisoryLock = false;
        advisoryUnlock = false;
        commitLevel = false;
        messages = false;
        setConfig = false;
        settingsView = false;
        seed = false;
        sequenceState = false;
    }

    boolean isEmpty() {
        return !touched;
    }

    void touch() {
        touched = true;
    }

    boolean inAtomicBody() {
        return atomicDepth > 0;
    }

    void addQuoted(int start, int end) {
        add(start, end);
    }

    void add(int start, int end) {
        touched = true;
        if (count < LEADING) {
            starts[count] = start;
            ends[count] = end;
            count++;
        }
        switch (end - start) {
            case 3 -> {
                if (atomicDepth > 0 && matches(start, end, "END")) {
                    atomicDepth--;
                }
            }
            case 4 -> {
                if (matches(start, end, "TEMP")) {
                    intoTemporary |= matches(previousStart, previousEnd, "INTO");
                } else if (matches(start, end, "HOLD")) {
                    withHold |= matches(previousStart, previousEnd, "WITH");
                } else if (atomicDepth > 0 && matches(start, end, "CASE")) {
                    atomicDepth++;
                }
            }
            case 6 -> {
                if (matches(start, end, "ATOMIC") && matches(previousStart, previousEnd, "BEGIN")) {
                    atomicDepth = 1;
                }
            }
            case 7 -> sevenLetters(start, end);
            case 9 -> intoTemporary |= matches(start, end, "TEMPORARY") && matches(previousStart, previousEnd, "INTO");
            case 10 -> setConfig |= matches(start, end, "SET_CONFIG");
            case 11 -> settingsView |= matches(start, end, "PG_SETTINGS");
            case 12 -> setConfig |= matches(start, end, "\"SET_CONFIG\"");
            case 16 -> advisoryLock |= matches(start, end, "PG_ADVISORY_LOCK");
            case 18 -> {
                commitLevel |= matches(start, end, "SYNCHRONOUS_COMMIT");
                advisoryUnlock |= matches(start, end, "PG_ADVISORY_UNLOCK");
            }
            case 19 -> messages |= matches(start, end, "CLIENT_MIN_MESSAGES");
            case 20 -> {
                advisoryLock |= matches(start, end, "PG_TRY_ADVISORY_LOCK");
                commitLevel |= matches(start, end, "\"SYNCHRONOUS_COMMIT\"");
            }
            case 21 -> messages |= matches(start, end, "\"CLIENT_MIN_MESSAGES\"");
            case 22 -> advisoryUnlock |= matches(start, end, "PG_ADVISORY_UNLOCK_ALL");
            case 23 -> advisoryLock |= matches(start, end, "PG_ADVISORY_LOCK_SHARED");
            case 25 -> advisoryUnlock |= matches(start, end, "PG_ADVISORY_UNLOCK_SHARED");
            case 27 -> advisoryLock |= matches(start, end, "PG_TRY_ADVISORY_LOCK_SHARED");
            default -> {}
        }
        previousStart = start;
        previousEnd = end;
    }

    private void sevenLetters(int start, int end) {
        switch (text[start] | 0x20) {
            case 'p' -> temporarySchema |= matches(start, end, "PG_TEMP");
            case 's' -> seed |= matches(start, end, "SETSEED");
            case 'c' -> sequenceState |= matches(start, end, "CURRVAL");
            case 'l' -> sequenceState |= matches(start, end, "LASTVAL");
            default -> {}
        }
    }

    Statement statement(int start, int end) {
        if (setConfig || commitLevel || settingsView) {
            Statement aboutSettings =
                    SettingCalls.read(Arrays.copyOfRange(text, start, end), setConfig, settingsView && is(0, "UPDATE"));
            if (!aboutSettings.isPlain()) {
                return aboutSettings;
            }
        }
        StatementKind kind = kind();
        return switch (kind) {
            case PLAIN -> Statement.PLAIN;
            case BEGIN -> Statement.BEGIN;
            case COMMIT -> Statement.COMMIT;
            case ROLLBACK -> Statement.ROLLBACK;
            case DROP -> Statement.DROP;
            case SHOW_MESSAGES -> Statement.SHOW_MESSAGES;
            case SEQUENCE_STATE -> Statement.SEQUENCE_STATE;
            case OPAQUE ->
                SettingCalls.hidesWeakerCommit(text, start, end)
                        ? new Statement(StatementKind.WEAKER_COMMIT, new byte[0])
                        : Statement.OPAQUE;
            default -> new Statement(kind, Arrays.copyOfRange(text, start, end));
        };
    }

    /** The statement may change the level of messages. */
    boolean mayQuieten() {
        return messages || setConfig || is(0, "DO");
    }

    private StatementKind kind() {
        if (advisoryLock) {
            return StatementKind.ADVISORY_LOCK;
        }
        if (advisoryUnlock) {
            return StatementKind.ADVISORY_UNLOCK;
        }
        if (seed) {
            return StatementKind.SEED;
        }
        if (sequenceState) {
            return StatementKind.SEQUENCE_STATE;
        }
        if (count == 0) {
            return StatementKind.PLAIN;
        }
        return switch (text[starts[0]] | 0x20) {
            case 'a' -> aborting();
            case 'b' -> is(0, "BEGIN") ? StatementKind.BEGIN : StatementKind.PLAIN;
            case 'c' -> committingOrCreating();
            case 'd' -> discarding();
            case 'e' -> ending();
            case 'l' -> is(0, "LISTEN") ? StatementKind.LISTEN : StatementKind.PLAIN;
            case 'p' -> preparing();
            case 'r' -> returning();
            case 's' -> setting();
            case 'u' -> is(0, "UNLISTEN") ? StatementKind.UNLISTEN : StatementKind.PLAIN;
            default -> intoTemporary ? StatementKind.TEMPORARY_OBJECT : StatementKind.PLAIN;
        };
    }

    private StatementKind aborting() {
        if (is(0, "ABORT")) {
            return StatementKind.ROLLBACK;
        }
        if (!is(0, "ALTER")) {
            return StatementKind.PLAIN;
        }
        if (is(1, "ROLE") || is(1, "USER")) {
            return StatementKind.CHANGES_DEFAULTS;
        }
        if (!is(1, "DATABASE")) {
            return StatementKind.PLAIN;
        }
        // A quoted name is none of the words.
        boolean moves = is(2, "RENAME")
                || is(3, "RENAME")
                || (is(2, "SET") && is(3, "TABLESPACE"))
                || (is(3, "SET") && is(4, "TABLESPACE"));
        return moves ? StatementKind.NEEDS_EMPTY_DATABASE : StatementKind.CHANGES_DEFAULTS;
    }

    private StatementKind ending() {
        if (is(0, "END")) {
            return StatementKind.COMMIT;
        }
        return is(0, "EXECUTE") ? StatementKind.EXECUTE : StatementKind.PLAIN;
    }

    private StatementKind committingOrCreating() {
        if (is(0, "COMMIT")) {
            return StatementKind.COMMIT;
        }
        if (is(0, "CREATE") && createsTemporary()) {
            return StatementKind.TEMPORARY_OBJECT;
        }
        if (is(0, "CREATE") && is(1, "DATABASE")) {
            return StatementKind.NEEDS_EMPTY_DATABASE;
        }
        if (is(0, "CALL")) {
            return StatementKind.OPAQUE;
        }
        return is(0, "CLOSE") ? StatementKind.DROP : StatementKind.PLAIN;
    }

    private StatementKind preparing() {
        if (!is(0, "PREPARE")) {
            return StatementKind.PLAIN;
        }
        return is(1, "TRANSACTION") ? StatementKind.COMMIT : StatementKind.PREPARE;
    }

    private StatementKind discarding() {
        if (is(0, "DISCARD")) {
            return StatementKind.DISCARD;
        }
        if (is(0, "DEALLOCATE")) {
            return StatementKind.DEALLOCATE;
        }
        if (is(0, "DROP")) {
            return is(1, "DATABASE") ? StatementKind.NEEDS_EMPTY_DATABASE : StatementKind.DROP;
        }
        if (is(0, "DO")) {
            return StatementKind.OPAQUE;
        }
        return is(0, "DECLARE") && withHold ? StatementKind.HOLDABLE_CURSOR : StatementKind.PLAIN;
    }

    private StatementKind returning() {
        if (is(0, "RESET")) {
            return StatementKind.RESET;
        }
        if (!is(0, "ROLLBACK") || is(1, "PREPARED")) {
            return StatementKind.PLAIN;
        }
        return is(1, "TO") || is(2, "TO") ? StatementKind.ROLLBACK_TO : StatementKind.ROLLBACK;
    }

    private StatementKind setting() {
        if (is(0, "SET") && is(1, "SEED")) {
            return StatementKind.SEED;
        }
        if (is(0, "SET")) {
            // These last no longer than the transaction.
            if (messages && is(1, "LOCAL")) {
                return StatementKind.LOCAL_MESSAGES;
            }
            boolean passing = is(1, "LOCAL")
                    || is(1, "TRANSACTION")
                    || (is(1, "SESSION") && is(2, "TRANSACTION"))
                    || is(1, "CONSTRAINTS");
            return passing ? StatementKind.PLAIN : StatementKind.SET;
        }
        if (is(0, "START")) {
            return StatementKind.BEGIN;
        }
        if (messages && is(0, "SHOW")) {
            return StatementKind.SHOW_MESSAGES;
        }
        if (is(0, "SAVEPOINT")) {
            return StatementKind.SAVEPOINT;
        }
        return intoTemporary ? StatementKind.TEMPORARY_OBJECT : StatementKind.PLAIN;
    }

    private boolean createsTemporary() {
        if (temporarySchema) {
            return true;
        }
        for (int index = 1; index < Math.min(count, 5); index++) {
            if (is(index, "TEMP") || is(index, "TEMPORARY")) {
                return true;
            }
            if (!is(index, "OR") && !is(index, "REPLACE") && !is(index, "LOCAL") && !is(index, "GLOBAL")) {
                return false;
            }
        }
        return false;
    }

    private boolean is(int index, String keyword) {
        return index < count && matches(starts[index], ends[index], keyword);
    }

    private boolean matches(int start, int end, String keyword) {
        if (end - start != keyword.length()) {
            return false;
        }
        for (int index = 0; index < keyword.length(); index++) {
            byte character = text[start + index];
            int upper = character >= 'a' && character <= 'z' ? character - 0x20 : character;
            if (upper != keyword.charAt(index)) {
                return false;
            }
        }
        return true;
    }
}
