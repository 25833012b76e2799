package io.howdah.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Writes the messages of a client. */
public final class FrontendMessages {
    /** What Describe and Close speak of: a prepared statement. */
    public static final byte STATEMENT = 'S';

    /** What Describe and Close speak of: a portal. */
    public static final byte PORTAL = 'P';

    private FrontendMessages() {}

    public static void query(ByteBuf out, String sql) {
        int start = MessageFrame.begin(out, FrontendType.QUERY);
        MessageFrame.writeString(out, sql);
        MessageFrame.end(out, start);
    }

    /** Parse, leaving the types of all parameters to the server. */
    public static void parse(ByteBuf out, String statement, String sql) {
        int start = MessageFrame.begin(out, FrontendType.PARSE);
        MessageFrame.writeString(out, statement);
        MessageFrame.writeString(out, sql);
        out.writeShort(0);
        MessageFrame.end(out, start);
    }

    /** Bind with all parameters and results in text format. */
    public static void bind(ByteBuf out, String portal, String statement, List<Optional<String>> parameters) {
        int start = MessageFrame.begin(out, FrontendType.BIND);
        MessageFrame.writeString(out, portal);
        MessageFrame.writeString(out, statement);
        out.writeShort(0);
        out.writeShort(parameters.size());
        for (Optional<String> parameter : parameters) {
            if (parameter.isEmpty()) {
                out.writeInt(-1);
            } else {
                byte[] bytes = parameter.get().getBytes(StandardCharsets.UTF_8);
                out.writeInt(bytes.length).writeBytes(bytes);
            }
        }
        out.writeShort(0);
        MessageFrame.end(out, start);
    }

    public static void describe(ByteBuf out, byte kind, String name) {
        named(out, FrontendType.DESCRIBE, kind, name);
    }

    public static void close(ByteBuf out, byte kind, String name) {
        named(out, FrontendType.CLOSE, kind, name);
    }

    /** Execute without a limit on rows. */
    public static void execute(ByteBuf out, String portal) {
        int start = MessageFrame.begin(out, FrontendType.EXECUTE);
        MessageFrame.writeString(out, portal);
        out.writeInt(0);
        MessageFrame.end(out, start);
    }

    public static void sync(ByteBuf out) {
        empty(out, FrontendType.SYNC);
    }

    public static void flush(ByteBuf out) {
        empty(out, FrontendType.FLUSH);
    }

    public static void terminate(ByteBuf out) {
        empty(out, FrontendType.TERMINATE);
    }

    public static void copyFail(ByteBuf out, String reason) {
        int start = MessageFrame.begin(out, FrontendType.COPY_FAIL);
        MessageFrame.writeString(out, reason);
        MessageFrame.end(out, start);
    }

    public static void saslInitialResponse(ByteBuf out, String mechanism, String clientFirst) {
        int start = MessageFrame.begin(out, FrontendType.PASSWORD);
        MessageFrame.writeString(out, mechanism);
        byte[] bytes = clientFirst.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length).writeBytes(bytes);
        MessageFrame.end(out, start);
    }

    public static void saslResponse(ByteBuf out, String message) {
        int start = MessageFrame.begin(out, FrontendType.PASSWORD);
        out.writeCharSequence(message, StandardCharsets.UTF_8);
        MessageFrame.end(out, start);
    }

    /** Answers a request for a password; the text is what was asked for, clear or hashed. */
    public static void password(ByteBuf out, String answer) {
        int start = MessageFrame.begin(out, FrontendType.PASSWORD);
        MessageFrame.writeString(out, answer);
        MessageFrame.end(out, start);
    }

    /** A simple query in whatever encoding the server expects. */
    public static void query(ByteBuf out, byte[] text) {
        int start = MessageFrame.begin(out, FrontendType.QUERY);
        out.writeBytes(text).writeByte(0);
        MessageFrame.end(out, start);
    }

    private static void named(ByteBuf out, byte type, byte kind, String name) {
        int start = MessageFrame.begin(out, type);
        out.writeByte(kind);
        MessageFrame.writeString(out, name);
        MessageFrame.end(out, start);
    }

    private static void empty(ByteBuf out, byte type) {
        out.writeByte(type).writeInt(MessageFrame.LENGTH_BYTES);
    }
}
