package io.howdah.postgres.client;

import io.howdah.postgres.wire.MessageFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.Arrays;

/**
 * Cuts the stream of a server into messages. The payload of the current message stays in the buffer until the next one
 * is read; the buffer grows with what has arrived, never with what a length field promises.
 */
final class MessageReader {
    private static final int INITIAL_BYTES = 16 * 1024;

    private final Transport transport;
    private byte[] buffer = new byte[INITIAL_BYTES];
    private int position;
    private int limit;
    private int payloadOffset;
    private int payloadBytes;

    MessageReader(Transport transport) {
        this.transport = transport;
    }

    /** Reads a whole message and answers its type. */
    byte next(int lengthLimit) throws IOException {
        fill(MessageFrame.HEADER_BYTES);
        byte type = buffer[position];
        int length = (buffer[position + 1] & 0xFF) << 24
                | (buffer[position + 2] & 0xFF) << 16
                | (buffer[position + 3] & 0xFF) << 8
                | (buffer[position + 4] & 0xFF);
        payloadBytes = MessageFrame.payloadBytes(length, lengthLimit);
        fill(MessageFrame.HEADER_BYTES + payloadBytes);
        payloadOffset = position + MessageFrame.HEADER_BYTES;
        position = payloadOffset + payloadBytes;
        return type;
    }

    /** The payload of the message that {@link #next} answered. */
    ByteBuf payload() {
        return Unpooled.wrappedBuffer(buffer, payloadOffset, payloadBytes);
    }

    byte[] array() {
        return buffer;
    }

    int payloadOffset() {
        return payloadOffset;
    }

    int payloadBytes() {
        return payloadBytes;
    }

    private void fill(int needed) throws IOException {
        while (limit - position < needed) {
            makeRoom(needed);
            limit += transport.read(buffer, limit, buffer.length - limit);
        }
    }

    private void makeRoom(int needed) {
        if (position > 0 && (limit == buffer.length || position + needed > buffer.length)) {
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            limit -= position;
            position = 0;
        }
        if (limit == buffer.length) {
            long doubled = Math.min((long) buffer.length * 2, Integer.MAX_VALUE - 8L);
            buffer = Arrays.copyOf(buffer, (int) Math.min(doubled, Math.max(INITIAL_BYTES, (long) needed)));
        }
    }
}
