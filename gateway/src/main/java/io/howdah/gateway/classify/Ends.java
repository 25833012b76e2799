package io.howdah.gateway.classify;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The first and the last eight bytes of a name as numbers, so that most names are found and compared without a look at each of their
 * bytes. Capital letters are the same as small ones; so are some characters that no unquoted name has. Pure.
 */
final class Ends {
    /** A name that is no longer is told by its two ends. */
    static final int TOLD_BYTES = 16;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long SMALL = 0x2020_2020_2020_2020L;
    private static final long ODD = 0x9E37_79B9_7F4A_7C15L;

    private Ends() {}

    /** The first eight bytes; zeros stand behind a name that is shorter. */
    static long head(byte[] text, int from, int to) {
        int missing = Long.BYTES - (to - from);
        if (missing <= 0) {
            return (long) EIGHT.get(text, from) | SMALL;
        }
        if (missing == Long.BYTES) {
            return 0;
        }
        if (from + Long.BYTES <= text.length) {
            return ((long) EIGHT.get(text, from) | SMALL) & (-1L >>> (Byte.SIZE * missing));
        }
        long head = 0;
        for (int index = to - 1; index >= from; index--) {
            head = (head << Byte.SIZE) | ((text[index] | 0x20) & 0xff);
        }
        return head;
    }

    /** The last eight bytes, or as many as there are. */
    static long tail(byte[] text, int from, int to, long head) {
        return to - from <= Long.BYTES ? head : (long) EIGHT.get(text, to - Long.BYTES) | SMALL;
    }

    /** Where to look for a name. */
    static int spread(long head, long tail) {
        return (int) (((head ^ Long.rotateLeft(tail, 29)) * ODD) >>> 40);
    }
}
