package io.howdah.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The first packet of a connection, which has a length but no type byte. A client that asks for encryption sends a
 * second one after the answer.
 */
public sealed interface StartupPacket {
    /** Longest packet that PostgreSQL accepts here (MAX_STARTUP_PACKET_LENGTH). */
    int MAXIMUM_LENGTH = 10_000;

    /** Length and code: the shortest packet. */
    int MINIMUM_LENGTH = 8;

    int PROTOCOL_3_0 = 3 << 16;
    int PROTOCOL_3_2 = 3 << 16 | 2;
    int CANCEL_CODE = 1234 << 16 | 5678;
    int SSL_CODE = 1234 << 16 | 5679;
    int GSS_ENCRYPTION_CODE = 1234 << 16 | 5680;

    /** The one byte answer to a request for encryption: go ahead. */
    byte ENCRYPTION_ACCEPTED = 'S';

    /** The one byte answer to a request for GSSAPI encryption: go ahead. */
    byte GSS_ENCRYPTION_ACCEPTED = 'G';

    /** The one byte answer to a request for encryption: not here, continue in clear text or leave. */
    byte ENCRYPTION_REFUSED = 'N';

    /** A session is asked for. The parameters keep the client's order; {@code user} is always present. */
    record Startup(int protocol, SequencedMap<String, String> parameters) implements StartupPacket {
        public Startup {
            parameters = java.util.Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
        }

        public int majorVersion() {
            return protocol >>> 16;
        }

        public int minorVersion() {
            return protocol & 0xFFFF;
        }

        public String user() {
            return parameters.getOrDefault("user", "");
        }

        /** The database, which is the user's name when the client does not say. */
        public String database() {
            String database = parameters.getOrDefault("database", "");
            return database.isEmpty() ? user() : database;
        }
    }

    /** TLS is asked for. */
    record SslRequest() implements StartupPacket {}

    /** GSSAPI encryption is asked for. */
    record GssEncryptionRequest() implements StartupPacket {}

    /** Another connection's statement is to be canceled. The secret has 4 bytes in 3.0 and up to 256 in 3.2. */
    record CancelRequest(int processId, Bytes secret) implements StartupPacket {
        /** Longest secret of protocol 3.2. */
        public static final int MAXIMUM_SECRET_BYTES = 256;
    }

    /** Returns what is left of the packet after its length field, or throws when the length is out of bounds. */
    static int payloadBytes(int length) {
        if (length < MINIMUM_LENGTH || length > MAXIMUM_LENGTH) {
            throw new ProtocolException(
                    "start-up packet of %d bytes, expected %d to %d".formatted(length, MINIMUM_LENGTH, MAXIMUM_LENGTH));
        }
        return length - MessageFrame.LENGTH_BYTES;
    }

    /** Parses the packet after its length field; the buffer holds exactly that. */
    static StartupPacket parse(ByteBuf payload) {
        int code = MessageFrame.readInt(payload, "start-up code");
        return switch (code) {
            case SSL_CODE -> {
                MessageFrame.requireEnd(payload, "SSLRequest");
                yield new SslRequest();
            }
            case GSS_ENCRYPTION_CODE -> {
                MessageFrame.requireEnd(payload, "GSSENCRequest");
                yield new GssEncryptionRequest();
            }
            case CANCEL_CODE -> parseCancel(payload);
            default -> parseStartup(code, payload);
        };
    }

    private static CancelRequest parseCancel(ByteBuf payload) {
        int processId = MessageFrame.readInt(payload, "process id of CancelRequest");
        int length = payload.readableBytes();
        if (length < Integer.BYTES || length > CancelRequest.MAXIMUM_SECRET_BYTES) {
            throw new ProtocolException("CancelRequest with a secret of " + length + " bytes");
        }
        byte[] secret = new byte[length];
        payload.readBytes(secret);
        return new CancelRequest(processId, Bytes.of(secret));
    }

    private static Startup parseStartup(int protocol, ByteBuf payload) {
        if (protocol >>> 16 != 3) {
            throw new ProtocolException(
                    "unsupported frontend protocol %d.%d, expected 3.x".formatted(protocol >>> 16, protocol & 0xFFFF));
        }
        SequencedMap<String, String> parameters = new LinkedHashMap<>();
        while (true) {
            String name = MessageFrame.readString(payload);
            if (name.isEmpty()) {
                break;
            }
            parameters.put(name, MessageFrame.readString(payload));
        }
        MessageFrame.requireEnd(payload, "start-up parameters");
        if (parameters.getOrDefault("user", "").isEmpty()) {
            throw new ProtocolException("start-up packet without a user name");
        }
        return new Startup(protocol, parameters);
    }

    /** Writes a request for a session. */
    static void writeStartup(ByteBuf out, int protocol, Map<String, String> parameters) {
        int start = out.writerIndex();
        out.writeInt(0);
        out.writeInt(protocol);
        parameters.forEach((name, value) -> {
            MessageFrame.writeString(out, name);
            MessageFrame.writeString(out, value);
        });
        out.writeByte(0);
        MessageFrame.end(out, start);
    }

    /** Writes a request for TLS. */
    static void writeSslRequest(ByteBuf out) {
        out.writeInt(MINIMUM_LENGTH).writeInt(SSL_CODE);
    }

    /** Writes a request to cancel. */
    static void writeCancel(ByteBuf out, int processId, Bytes secret) {
        out.writeInt(MINIMUM_LENGTH + Integer.BYTES + secret.length())
                .writeInt(CANCEL_CODE)
                .writeInt(processId)
                .writeBytes(secret.toArray());
    }
}
