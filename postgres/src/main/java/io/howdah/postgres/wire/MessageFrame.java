package io.howdah.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The frame of every message after the start-up packet: one type byte, then a length that counts itself but not the
 * type, then the payload.
 *
 * <p>All lengths are checked before anything is allocated or skipped. Readers of payloads go through this class, so
 * that a truncated or unterminated field is a {@link ProtocolException} and never an index error.
 */
public final class MessageFrame {
    /** Type and length. */
    public static final int HEADER_BYTES = 5;

    /** The length field counts itself. */
    public static final int LENGTH_BYTES = 4;

    /** What PostgreSQL accepts from a client in one message (PQ_LARGE_MESSAGE_LIMIT): just below 1 GiB. */
    public static final int LARGE_LIMIT = 0x3fffffff - 1;

    /** For messages that are never long: start-up answers, errors, statuses (PQ_SMALL_MESSAGE_LIMIT). */
    public static final int SMALL_LIMIT = 10_000;

    /** What PostgreSQL accepts before a client has proved who it is (PG_MAX_AUTH_TOKEN_LENGTH). */
    public static final int AUTHENTICATION_LIMIT = 65_535;

    private MessageFrame() {}

    /** Returns the payload's size for a length field, or throws when it is below 4 or above the limit. */
    public static int payloadBytes(int length, int limit) {
        if (length < LENGTH_BYTES) {
            throw new ProtocolException("message length " + length + " is below the minimum of " + LENGTH_BYTES);
        }
        if (length > limit) {
            throw new ProtocolException("message length " + length + " is above the limit of " + limit);
        }
        return length - LENGTH_BYTES;
    }

    /** Begins a message; give the answer to {@link #end}. */
    public static int begin(ByteBuf out, byte type) {
        out.writeByte(type);
        int start = out.writerIndex();
        out.writeInt(0);
        return start;
    }

    /** Fills in the length of the message that {@link #begin} started. */
    public static void end(ByteBuf out, int start) {
        out.setInt(start, out.writerIndex() - start);
    }

    /** Writes a zero-terminated string; a zero inside it would change the meaning of what follows, hence refused. */
    public static void writeString(ByteBuf out, String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a string in a PostgreSQL message cannot contain a zero character");
        }
        out.writeCharSequence(value, StandardCharsets.UTF_8);
        out.writeByte(0);
    }

    /** Reads a zero-terminated UTF-8 string. */
    public static String readString(ByteBuf in) {
        int length = in.bytesBefore((byte) 0);
        if (length < 0) {
            throw new ProtocolException("string without its terminating zero");
        }
        String value = readText(in, length);
        in.skipBytes(1);
        return value;
    }

    /** Reads exactly so many bytes of UTF-8; other encodings are an error rather than a silent replacement. */
    public static String readText(ByteBuf in, int length) {
        require(in, length, "text");
        if (length == 0) {
            return "";
        }
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ProtocolException("text that is not UTF-8", e);
        }
    }

    public static byte readByte(ByteBuf in, String what) {
        require(in, Byte.BYTES, what);
        return in.readByte();
    }

    public static short readShort(ByteBuf in, String what) {
        require(in, Short.BYTES, what);
        return in.readShort();
    }

    public static int readInt(ByteBuf in, String what) {
        require(in, Integer.BYTES, what);
        return in.readInt();
    }

    /** Reads a count that must not be negative, such as the number of columns. */
    public static int readCount(ByteBuf in, String what) {
        return Short.toUnsignedInt(readShort(in, what));
    }

    /** The payload must have been read to its end. */
    public static void requireEnd(ByteBuf in, String what) {
        if (in.isReadable()) {
            throw new ProtocolException(in.readableBytes() + " bytes too many after " + what);
        }
    }

    /** So many bytes must be there. */
    public static void require(ByteBuf in, int length, String what) {
        if (length < 0 || in.readableBytes() < length) {
            throw new ProtocolException(
                    "%s needs %d bytes where the message has %d left".formatted(what, length, in.readableBytes()));
        }
    }
}
