package io.howdah.gateway.dialogue;

/**
 * The requests a backend still owes an answer for, oldest first. A ring of bytes beside a ring of references, so that ordinary
 * traffic allocates nothing.
 */
public final class Expectations {
    static final byte NONE = 0;
    static final byte PARSE = 1;
    static final byte BIND = 2;
    static final byte DESCRIBE = 3;
    static final byte EXECUTE = 4;
    static final byte CLOSE = 5;
    /** Close of a statement that the gateway itself answers, in its turn. */
    static final byte LOCAL_CLOSE = 6;
    /** This and the following kinds are answered by ReadyForQuery. */
    public static final byte QUERY = 7;

    static final byte FUNCTION = 8;
    static final byte SYNC = 9;
    /** CopyDone or CopyFail; answered by nothing of its own. */
    static final byte COPY_END = 10;

    /** Nothing has to be remembered about the request. */
    static final Object PLAIN = new Object();

    private static final byte SWALLOW = 0x40;
    private static final int SMALLEST = 16;
    /** A ring that grew beyond this is given back once it is empty. */
    private static final int KEPT = 1024;

    private byte[] kinds = new byte[SMALLEST];
    private Object[] details = new Object[SMALLEST];
    private int head;
    private int size;

    public boolean isEmpty() {
        return size == 0;
    }

    public int size() {
        return size;
    }

    void add(byte kind, Object detail) {
        if (size == kinds.length) {
            resize(size * 2);
        }
        int index = (head + size) & (kinds.length - 1);
        kinds[index] = kind;
        details[index] = detail;
        size++;
    }

    /** Adds a request of the gateway's own, whose answer the client must not see. */
    public void addSwallowed(byte kind, Object detail) {
        add((byte) (kind | SWALLOW), detail);
    }

    /** The kind of the oldest request, {@link #NONE} when nothing is owed. */
    byte headKind() {
        return size == 0 ? NONE : (byte) (kinds[head] & ~SWALLOW);
    }

    public boolean headSwallowed() {
        return size != 0 && (kinds[head] & SWALLOW) != 0;
    }

    public boolean headIsLocal() {
        return size != 0 && kinds[head] == LOCAL_CLOSE;
    }

    public Object headDetail() {
        return size == 0 ? PLAIN : details[head];
    }

    /** A ReadyForQuery is due, whatever the client sends. */
    public boolean owesReady() {
        for (int index = 0; index < size; index++) {
            byte kind = kindAt(index);
            if (kind == QUERY || kind == FUNCTION || kind == SYNC) {
                return true;
            }
        }
        return false;
    }

    byte kindAt(int index) {
        return (byte) (kinds[(head + index) & (kinds.length - 1)] & ~SWALLOW);
    }

    public boolean swallowedAt(int index) {
        return (kinds[(head + index) & (kinds.length - 1)] & SWALLOW) != 0;
    }

    Object detailAt(int index) {
        return details[(head + index) & (kinds.length - 1)];
    }

    void remove() {
        details[head] = PLAIN;
        head = (head + 1) & (kinds.length - 1);
        size--;
        if (size == 0 && kinds.length > KEPT) {
            resize(SMALLEST);
        }
    }

    /**
     * The backend has entered COPY FROM STDIN for the oldest request and ignores the Syncs that were sent before the end of the data.
     *
     * @return whether the end of the data was already sent
     */
    boolean dropSyncsBeforeCopyEnd() {
        int kept = 1;
        boolean ended = false;
        int total = size;
        for (int index = 1; index < total; index++) {
            byte kind = kindAt(index);
            if (!ended && kind == SYNC) {
                continue;
            }
            if (!ended && kind == COPY_END) {
                ended = true;
                continue;
            }
            int from = (head + index) & (kinds.length - 1);
            int to = (head + kept) & (kinds.length - 1);
            kinds[to] = kinds[from];
            details[to] = details[from];
            kept++;
        }
        size = kept;
        return ended;
    }

    void clear() {
        kinds = new byte[SMALLEST];
        details = new Object[SMALLEST];
        head = 0;
        size = 0;
    }

    private void resize(int capacity) {
        byte[] newKinds = new byte[capacity];
        Object[] newDetails = new Object[capacity];
        for (int index = 0; index < size; index++) {
            int from = (head + index) & (kinds.length - 1);
            newKinds[index] = kinds[from];
            newDetails[index] = details[from];
        }
        kinds = newKinds;
        details = newDetails;
        head = 0;
    }
}
