package io.howdah.gateway.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Reads zero-terminated names out of a message without moving its reader index. */
public final class Names {
    private Names() {}

    /** The position of the zero after a name, or -1 when the message does not have it before its end. */
    public static int end(ByteBuf message, int from, int to) {
        int position = from;
        while (position < to) {
            if (message.getByte(position) == 0) {
                return position;
            }
            position++;
        }
        return -1;
    }

    /** A name with one character per byte: a key, not a text. */
    public static String read(ByteBuf message, int from, int end) {
        return from == end ? "" : message.toString(from, end - from, StandardCharsets.ISO_8859_1);
    }
}
