package io.howdah.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class WireTest {
    private static final int ROUNDS = 200_000;

    /** Skips type and length, after checking that the length is the true one. */
    private static ByteBuf payload(ByteBuf message) {
        message.skipBytes(1);
        assertThat(message.readInt()).isEqualTo(message.readableBytes() + 4);
        return message;
    }

    @Test
    void lengthsOutOfBoundsAreRefused() {
        assertThat(MessageFrame.payloadBytes(4, 100)).isZero();
        assertThatThrownBy(() -> MessageFrame.payloadBytes(3, 100)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> MessageFrame.payloadBytes(-1, 100)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> MessageFrame.payloadBytes(101, 100)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> StartupPacket.payloadBytes(7)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> StartupPacket.payloadBytes(10_001)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void startupPacketsRoundTrip() {
        SequencedMap<String, String> parameters = new LinkedHashMap<>();
        parameters.put("user", "äpfel");
        parameters.put("application_name", "");
        ByteBuf out = Unpooled.buffer();
        StartupPacket.writeStartup(out, StartupPacket.PROTOCOL_3_2, parameters);
        StartupPacket.payloadBytes(out.readInt());

        StartupPacket parsed = StartupPacket.parse(out);

        assertThat(parsed).isEqualTo(new StartupPacket.Startup(StartupPacket.PROTOCOL_3_2, parameters));
        StartupPacket.Startup startup = (StartupPacket.Startup) parsed;
        assertThat(startup.database()).isEqualTo("äpfel");
        assertThat(startup.minorVersion()).isEqualTo(2);
    }

    @Test
    void cancelRequestsRoundTripWithLongSecrets() {
        Bytes secret = Bytes.of(new byte[256]);
        ByteBuf out = Unpooled.buffer();
        StartupPacket.writeCancel(out, 42, secret);
        StartupPacket.payloadBytes(out.readInt());
        assertThat(StartupPacket.parse(out)).isEqualTo(new StartupPacket.CancelRequest(42, secret));
    }

    @Test
    void startupPacketsThatAreWrongAreRefused() {
        assertThatThrownBy(() ->
                        StartupPacket.parse(Unpooled.buffer().writeInt(2 << 16).writeByte(0)))
                .hasMessageContaining("2.0");
        assertThatThrownBy(() -> StartupPacket.parse(
                        Unpooled.buffer().writeInt(StartupPacket.PROTOCOL_3_0).writeByte(0)))
                .hasMessageContaining("user");
        assertThatThrownBy(() -> StartupPacket.parse(
                        Unpooled.buffer().writeInt(StartupPacket.SSL_CODE).writeByte(0)))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void errorsKeepFieldsThatAreUnknown() {
        TreeMap<Character, String> fields =
                new TreeMap<>(ErrorFields.error(SqlState.QUERY_CANCELED, "canceled", "why", "wait")
                        .fields());
        fields.put(ErrorFields.ROUTINE, "ProcessInterrupts");
        fields.put('q', "internal");
        ErrorFields error = new ErrorFields(fields);
        ByteBuf out = Unpooled.buffer();
        error.writeError(out);

        assertThat(out.getByte(0)).isEqualTo(BackendType.ERROR_RESPONSE);
        ErrorFields decoded = ErrorFields.decode(payload(out));

        assertThat(decoded).isEqualTo(error);
        assertThat(decoded.routine()).isEqualTo("ProcessInterrupts");
        assertThat(decoded.toString()).isEqualTo("ERROR: canceled (SQLSTATE 57014); detail: why; hint: wait");
    }

    @Test
    void rowsRoundTrip() {
        ByteBuf out = Unpooled.buffer();
        RowDescription description = RowDescription.ofText("a", "b");
        description.write(out);
        assertThat(RowDescription.decode(payload(out))).isEqualTo(description);

        List<Optional<String>> values = List.of(Optional.empty(), Optional.of("grün"));
        ByteBuf row = Unpooled.buffer();
        DataRow.write(row, values);
        assertThat(DataRow.decode(payload(row))).isEqualTo(values);
    }

    @Test
    void shortBackendMessagesRoundTrip() {
        ByteBuf out = Unpooled.buffer();
        BackendMessages.readyForQuery(out, TransactionStatus.FAILED);
        assertThat(BackendMessages.readReadyForQuery(payload(out))).isEqualTo(TransactionStatus.FAILED);

        ByteBuf status = Unpooled.buffer();
        BackendMessages.parameterStatus(status, "TimeZone", "UTC");
        assertThat(BackendMessages.readParameterStatus(payload(status)))
                .isEqualTo(new BackendMessages.ParameterStatus("TimeZone", "UTC"));

        ByteBuf key = Unpooled.buffer();
        BackendMessages.backendKeyData(key, 7, Bytes.of(new byte[] {1, 2, 3, 4}));
        assertThat(BackendMessages.readBackendKey(payload(key)))
                .isEqualTo(new BackendMessages.BackendKey(7, Bytes.of(new byte[] {1, 2, 3, 4})));
    }

    @Test
    void stringsCannotSmuggleAZero() {
        assertThatThrownBy(() -> FrontendMessages.query(Unpooled.buffer(), "SELECT 1\0; DROP TABLE t"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void textThatIsNotUtf8IsRefused() {
        ByteBuf in = Unpooled.wrappedBuffer(new byte[] {(byte) 0xC3, 0x28, 0});
        assertThatThrownBy(() -> MessageFrame.readString(in)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void randomBytesGiveNothingButProtocolExceptions() {
        List<Consumer<ByteBuf>> readers = List.of(
                StartupPacket::parse,
                ErrorFields::decode,
                RowDescription::decode,
                DataRow::decode,
                BackendMessages::readBackendKey,
                BackendMessages::readCommandComplete,
                BackendMessages::readNotification,
                BackendMessages::readParameterStatus,
                BackendMessages::readReadyForQuery,
                BackendMessages::readSaslMechanisms);
        long seed = 20261121;
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = randomMessage(random);
            Consumer<ByteBuf> reader = readers.get(random.nextInt(readers.size()));
            try {
                reader.accept(Unpooled.wrappedBuffer(bytes));
            } catch (ProtocolException e) {
                // The one permitted answer.
            } catch (RuntimeException e) {
                fail("seed %d round %d: %s".formatted(seed, round, e), e);
            }
        }
    }

    /** Random, with a good share of small numbers, zeroes, letters and known codes, which reach deeper. */
    private static byte[] randomMessage(Random random) {
        byte[] bytes = new byte[random.nextInt(64)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> (byte) random.nextInt(8);
                case 2 -> (byte) ('a' + random.nextInt(26));
                default -> (byte) random.nextInt();
            };
        }
        int[] codes = {StartupPacket.CANCEL_CODE, StartupPacket.SSL_CODE, StartupPacket.PROTOCOL_3_0};
        if (bytes.length >= 4 && random.nextInt(3) == 0) {
            Unpooled.wrappedBuffer(bytes).setInt(0, codes[random.nextInt(codes.length)]);
        }
        return bytes;
    }

    @Test
    void frontendTypesAreKnown() {
        for (byte type : "BCdcfDEHFPpQSX".getBytes(StandardCharsets.US_ASCII)) {
            assertThat(FrontendType.isKnown(type)).isTrue();
        }
        assertThat(FrontendType.isKnown((byte) 'Z')).isFalse();
    }
}
