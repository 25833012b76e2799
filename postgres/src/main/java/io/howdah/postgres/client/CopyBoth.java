package io.howdah.postgres.client;

import io.howdah.postgres.client.PostgresConnectionException.Kind;
import io.howdah.postgres.wire.BackendType;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.FrontendType;
import io.howdah.postgres.wire.MessageFrame;
import io.howdah.postgres.wire.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A connection on which both sides copy data (manual, "Message Flow", COPY operations). One thread reads and sends; {@link #close} may be
 * called by any, and ends a blocked {@link #next}.
 */
public final class CopyBoth implements AutoCloseable {
    private final PostgresClient client;
    private final Transport transport;
    private final MessageReader reader;
    private final ByteBuf out = Unpooled.buffer(64);
    private Duration limit = Duration.ofNanos(-1);

    CopyBoth(PostgresClient client, Transport transport, MessageReader reader) {
        this.client = client;
        this.transport = transport;
        this.reader = reader;
    }

    /**
     * Waits for copied data; {@link #payload} is valid until the next call. Throws {@link PostgresException} when the server reports an
     * error, {@link PostgresConnectionException} when the stream has ended or is lost.
     *
     * @param silence how long to wait
     * @return whether there is some
     */
    public boolean next(Duration silence) {
        try {
            if (!silence.equals(limit)) {
                transport.limitReads(silence);
                limit = silence;
            }
            while (true) {
                byte type = reader.next(MessageFrame.LARGE_LIMIT);
                switch (type) {
                    case BackendType.COPY_DATA -> {
                        return true;
                    }
                    case BackendType.ERROR_RESPONSE -> {
                        client.abandon();
                        throw new PostgresException(ErrorFields.decode(reader.payload()));
                    }
                    case BackendType.COPY_DONE -> {
                        client.abandon();
                        throw new PostgresConnectionException(Kind.CLOSED, "the server has ended the stream");
                    }
                    default -> client.takeAsynchronous(type);
                }
            }
        } catch (SocketTimeoutException e) {
            // What has arrived of a message stays in the reader.
            return false;
        } catch (IOException e) {
            client.abandon();
            throw client.connectionFailure(e);
        } catch (ProtocolException e) {
            client.abandon();
            throw new PostgresConnectionException(Kind.PROTOCOL, "the server broke the protocol: " + e.getMessage(), e);
        }
    }

    /** What {@link #next} has found. */
    public ByteBuf payload() {
        return reader.payload();
    }

    /** Sends copied data; the buffer stays the caller's. */
    public void send(ByteBuf data) {
        out.clear();
        out.writeByte(FrontendType.COPY_DATA)
                .writeInt(MessageFrame.LENGTH_BYTES + data.readableBytes())
                .writeBytes(data, data.readerIndex(), data.readableBytes());
        try {
            transport.write(out.array(), out.arrayOffset(), out.readableBytes());
        } catch (IOException e) {
            client.abandon();
            throw client.connectionFailure(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
