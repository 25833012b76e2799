package io.howdah.gateway.protocol;

import io.netty.buffer.ByteBuf;

/**
 * The three fields of an ErrorResponse or NoticeResponse that decide something. Reads bytes, because the texts are in the client's
 * encoding, and is content with the beginning of a long message.
 */
public record ErrorGlance(String severity, String sqlState, String routine) {
    public static ErrorGlance of(ByteBuf message, int from, int to) {
        String severity = "";
        String sqlState = "";
        String routine = "";
        int position = from;
        while (position < to && message.getByte(position) != 0) {
            int end = Names.end(message, position + 1, to);
            if (end < 0) {
                break;
            }
            switch (message.getByte(position)) {
                case 'V' -> severity = Names.read(message, position + 1, end);
                case 'C' -> sqlState = Names.read(message, position + 1, end);
                case 'R' -> routine = Names.read(message, position + 1, end);
                default -> {}
            }
            position = end + 1;
        }
        return new ErrorGlance(severity, sqlState, routine);
    }

    public boolean endsConnection() {
        return severity.equals("FATAL") || severity.equals("PANIC");
    }

    /** A prepared statement returns other columns than when it was prepared (plancache.c). */
    public boolean isOutdatedPlan() {
        return sqlState.equals("0A000") && routine.equals("RevalidateCachedQuery");
    }

    /** The commit happened on this server although its wait for a quorum was cut short (syncrep.c). */
    public boolean isUnconfirmedCommit() {
        return routine.equals("SyncRepWaitForLSN");
    }
}
