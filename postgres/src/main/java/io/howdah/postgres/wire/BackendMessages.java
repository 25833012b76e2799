package io.howdah.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes the short messages of a server and reads those that have a payload of their own. */
public final class BackendMessages {
    private BackendMessages() {}

    /** A name and the value that the server now has for it. */
    public record ParameterStatus(String name, String value) {}

    /** What a client must show to cancel: 4 bytes of secret in protocol 3.0, up to 256 in 3.2. */
    public record BackendKey(int processId, Bytes secret) {}

    /** A message of NOTIFY. */
    public record Notification(int processId, String channel, String payload) {}

    public static void authenticationOk(ByteBuf out) {
        out.writeByte(BackendType.AUTHENTICATION).writeInt(8).writeInt(AuthenticationCode.OK);
    }

    /** Asks for the password in md5, with this salt. */
    public static void authenticationMd5(ByteBuf out, byte[] salt) {
        out.writeByte(BackendType.AUTHENTICATION)
                .writeInt(8 + salt.length)
                .writeInt(AuthenticationCode.MD5_PASSWORD)
                .writeBytes(salt);
    }

    /** Offers SASL mechanisms, the preferred first. */
    public static void authenticationSasl(ByteBuf out, List<String> mechanisms) {
        int start = MessageFrame.begin(out, BackendType.AUTHENTICATION);
        out.writeInt(AuthenticationCode.SASL);
        mechanisms.forEach(mechanism -> MessageFrame.writeString(out, mechanism));
        out.writeByte(0);
        MessageFrame.end(out, start);
    }

    public static void authenticationSaslContinue(ByteBuf out, String serverFirst) {
        sasl(out, AuthenticationCode.SASL_CONTINUE, serverFirst);
    }

    public static void authenticationSaslFinal(ByteBuf out, String serverFinal) {
        sasl(out, AuthenticationCode.SASL_FINAL, serverFinal);
    }

    private static void sasl(ByteBuf out, int code, String message) {
        int start = MessageFrame.begin(out, BackendType.AUTHENTICATION);
        out.writeInt(code);
        out.writeCharSequence(message, StandardCharsets.UTF_8);
        MessageFrame.end(out, start);
    }

    /** Reads the mechanisms of AuthenticationSASL, after the code. */
    public static List<String> readSaslMechanisms(ByteBuf payload) {
        List<String> mechanisms = new ArrayList<>();
        while (true) {
            String mechanism = MessageFrame.readString(payload);
            if (mechanism.isEmpty()) {
                return List.copyOf(mechanisms);
            }
            mechanisms.add(mechanism);
        }
    }

    public static void parameterStatus(ByteBuf out, String name, String value) {
        int start = MessageFrame.begin(out, BackendType.PARAMETER_STATUS);
        MessageFrame.writeString(out, name);
        MessageFrame.writeString(out, value);
        MessageFrame.end(out, start);
    }

    public static ParameterStatus readParameterStatus(ByteBuf payload) {
        ParameterStatus status =
                new ParameterStatus(MessageFrame.readString(payload), MessageFrame.readString(payload));
        MessageFrame.requireEnd(payload, "ParameterStatus");
        return status;
    }

    public static void backendKeyData(ByteBuf out, int processId, Bytes secret) {
        int start = MessageFrame.begin(out, BackendType.BACKEND_KEY_DATA);
        out.writeInt(processId).writeBytes(secret.toArray());
        MessageFrame.end(out, start);
    }

    public static BackendKey readBackendKey(ByteBuf payload) {
        int processId = MessageFrame.readInt(payload, "process id of BackendKeyData");
        int length = payload.readableBytes();
        if (length < Integer.BYTES || length > StartupPacket.CancelRequest.MAXIMUM_SECRET_BYTES) {
            throw new ProtocolException("BackendKeyData with a secret of " + length + " bytes");
        }
        byte[] secret = new byte[length];
        payload.readBytes(secret);
        return new BackendKey(processId, Bytes.of(secret));
    }

    public static void readyForQuery(ByteBuf out, TransactionStatus status) {
        out.writeByte(BackendType.READY_FOR_QUERY).writeInt(5).writeByte(status.code());
    }

    public static TransactionStatus readReadyForQuery(ByteBuf payload) {
        TransactionStatus status = TransactionStatus.of(MessageFrame.readByte(payload, "transaction status"));
        MessageFrame.requireEnd(payload, "ReadyForQuery");
        return status;
    }

    public static void commandComplete(ByteBuf out, String tag) {
        int start = MessageFrame.begin(out, BackendType.COMMAND_COMPLETE);
        MessageFrame.writeString(out, tag);
        MessageFrame.end(out, start);
    }

    public static String readCommandComplete(ByteBuf payload) {
        String tag = MessageFrame.readString(payload);
        MessageFrame.requireEnd(payload, "CommandComplete");
        return tag;
    }

    public static void notification(ByteBuf out, int processId, String channel, String payload) {
        int start = MessageFrame.begin(out, BackendType.NOTIFICATION_RESPONSE);
        out.writeInt(processId);
        MessageFrame.writeString(out, channel);
        MessageFrame.writeString(out, payload);
        MessageFrame.end(out, start);
    }

    public static Notification readNotification(ByteBuf payload) {
        int processId = MessageFrame.readInt(payload, "process id of NotificationResponse");
        Notification notification =
                new Notification(processId, MessageFrame.readString(payload), MessageFrame.readString(payload));
        MessageFrame.requireEnd(payload, "NotificationResponse");
        return notification;
    }

    /**
     * Tells a client which protocol 3.x it gets, and which of its {@code _pq_.} options are unknown. The manual speaks of the minor version;
     * what servers send and libpq wants is the whole one.
     */
    public static void negotiateProtocolVersion(ByteBuf out, int newestMinor, List<String> unknownOptions) {
        int start = MessageFrame.begin(out, BackendType.NEGOTIATE_PROTOCOL_VERSION);
        out.writeInt(StartupPacket.PROTOCOL_3_0 | newestMinor).writeInt(unknownOptions.size());
        unknownOptions.forEach(option -> MessageFrame.writeString(out, option));
        MessageFrame.end(out, start);
    }

    public static void parseComplete(ByteBuf out) {
        empty(out, BackendType.PARSE_COMPLETE);
    }

    public static void bindComplete(ByteBuf out) {
        empty(out, BackendType.BIND_COMPLETE);
    }

    public static void closeComplete(ByteBuf out) {
        empty(out, BackendType.CLOSE_COMPLETE);
    }

    public static void noData(ByteBuf out) {
        empty(out, BackendType.NO_DATA);
    }

    public static void emptyQueryResponse(ByteBuf out) {
        empty(out, BackendType.EMPTY_QUERY_RESPONSE);
    }

    private static void empty(ByteBuf out, byte type) {
        out.writeByte(type).writeInt(MessageFrame.LENGTH_BYTES);
    }
}
