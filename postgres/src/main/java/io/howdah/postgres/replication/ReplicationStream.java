package io.howdah.postgres.replication;

import io.howdah.kernel.model.Lsn;
import io.howdah.postgres.client.CopyBoth;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.wire.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * What START_REPLICATION answers, and the reports that keep it alive (manual, "Streaming Replication Protocol"). The same for the log
 * itself and for what an output plugin makes of it. One thread uses it; {@link #close} may be called by any.
 *
 * <p>What was written counts as received at once. What was flushed is said only if {@link #flushed} was told: a server that waits for
 * its standbys must not take for safe what nobody keeps.
 */
public final class ReplicationStream implements AutoCloseable {
    private static final byte DATA = 'w';
    private static final byte KEEPALIVE = 'k';
    private static final byte STATUS = 'r';
    private static final int DATA_HEADER_BYTES = 24;
    private static final int KEEPALIVE_BYTES = 17;
    private static final int STATUS_BYTES = 34;
    /** Clocks of the protocol count from here. */
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private final CopyBoth copy;
    private final InstantSource clock;
    private final ByteBuf out = Unpooled.buffer(STATUS_BYTES);
    private Lsn received;
    private Lsn serverEnd;
    private Lsn flushed = Lsn.ZERO;

    /** Takes a piece of the stream. */
    public interface Sink {
        /** @param data from position {@code start} on; valid during the call only */
        void data(Lsn start, ByteBuf data);
    }

    private ReplicationStream(CopyBoth copy, Lsn from, InstantSource clock) {
        this.copy = copy;
        this.clock = clock;
        this.received = from;
        this.serverEnd = from;
    }

    /**
     * Begins to stream; the client belongs to the stream from then on.
     *
     * @param client connected for replication
     * @param command {@code START_REPLICATION ...}
     * @param from the position that the command names
     */
    public static ReplicationStream start(PostgresClient client, String command, Lsn from, InstantSource clock) {
        return new ReplicationStream(client.copyBoth(command), from, clock);
    }

    /**
     * Waits for one message and deals with it.
     *
     * @return false when none came in time
     */
    public boolean receive(Sink sink, Duration silence) {
        if (!copy.next(silence)) {
            return false;
        }
        ByteBuf message = copy.payload();
        byte type = message.isReadable() ? message.readByte() : 0;
        if (type == DATA && message.readableBytes() >= DATA_HEADER_BYTES) {
            Lsn start = new Lsn(message.readLong());
            serverEnd = new Lsn(message.readLong());
            message.skipBytes(Long.BYTES);
            int length = message.readableBytes();
            sink.data(start, message);
            received = Lsn.max(received, start.plus(length));
        } else if (type == KEEPALIVE && message.readableBytes() >= KEEPALIVE_BYTES) {
            serverEnd = new Lsn(message.readLong());
            message.skipBytes(Long.BYTES);
            if (message.readByte() != 0) {
                report();
            }
        } else {
            throw new ProtocolException(
                    "message type %d of %d bytes in a replication stream".formatted(type, message.readableBytes()));
        }
        return true;
    }

    /** Everything before this has come. */
    public Lsn received() {
        return received;
    }

    /** How far the server had sent when it sent the last message. */
    public Lsn serverEnd() {
        return serverEnd;
    }

    /** Everything before this is kept safely; said with the next {@link #report}. */
    public void flushed(Lsn position) {
        flushed = Lsn.max(flushed, position);
    }

    /** A logical stream has passed this position although nothing of it was for us; said with the next {@link #report}. */
    public void passed(Lsn position) {
        received = Lsn.max(received, position);
    }

    /** Tells the server how far everything is. To be called more often than its wal_sender_timeout. */
    public void report() {
        out.clear();
        out.writeByte(STATUS)
                .writeLong(received.value())
                .writeLong(flushed.value())
                .writeLong(flushed.value())
                .writeLong(ChronoUnit.MICROS.between(EPOCH, clock.instant()))
                .writeByte(0);
        copy.send(out);
    }

    @Override
    public void close() {
        copy.close();
    }
}
