package io.howdah.gateway.pool;

import io.howdah.gateway.metrics.SessionEvent;
import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.protocol.ErrorGlance;
import io.howdah.gateway.protocol.Failures;
import io.howdah.gateway.protocol.Verdict;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendMessages.ParameterStatus;
import io.howdah.postgres.wire.BackendType;
import io.howdah.postgres.wire.MessageFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cursor over what a server sends. Rows and copy data are stepped over by their length; everything that the client may see goes on
 * in the longest possible slices.
 */
public final class BackendReader extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(BackendReader.class);

    /** So much of a message is enough to decide about it. */
    private static final int GLANCE_BYTES = 4 << 10;

    private final ServerConnection connection;
    private @Nullable ByteBuf kept;
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private int position;
    private int runStart;
    private long remaining;
    private boolean swallowing;
    private boolean boundary;

    BackendReader(ServerConnection connection) {
        this.connection = connection;
    }

    /** The client has got the beginning of a message whose end will never come. */
    boolean midMessage() {
        return remaining > 0 && !swallowing;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf arrived = (ByteBuf) message;
        if (connection.isClosed()) {
            arrived.release();
            return;
        }
        if (kept != null) {
            arrived = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), kept, arrived);
            kept = null;
        }
        ReplySink reader = connection.replies();
        if (reader == null) {
            readIdle(arrived);
            return;
        }
        readFor(reader, arrived);
    }

    /** A message that had to wait is looked at again. */
    void resume(boolean more) {
        ReplySink reader = connection.replies();
        ByteBuf rest = kept;
        if (reader == null || rest == null || connection.isClosed()) {
            return;
        }
        kept = null;
        connection.channel().config().setAutoRead(more);
        readFor(reader, rest);
        reader.flush();
    }

    private void readFor(ReplySink reader, ByteBuf arrived) {
        read(reader, arrived);
        if (boundary) {
            boundary = false;
            reader.atBoundary();
        } else {
            reader.betweenBoundaries();
        }
    }

    /** Nobody has asked for anything: changed settings are noted, anything else but a remark makes the connection useless. */
    private void readIdle(ByteBuf arrived) {
        int at = arrived.readerIndex();
        int end = arrived.writerIndex();
        while (end - at >= MessageFrame.HEADER_BYTES) {
            byte type = arrived.getByte(at);
            int length = arrived.getInt(at + 1);
            boolean known = type == BackendType.PARAMETER_STATUS
                    || type == BackendType.NOTICE_RESPONSE
                    || type == BackendType.NOTIFICATION_RESPONSE;
            if (!known || length < MessageFrame.LENGTH_BYTES || length > MessageFrame.AUTHENTICATION_LIMIT) {
                arrived.release();
                connection.lostWhileIdle();
                return;
            }
            if (end - at < length + 1) {
                break;
            }
            if (type == BackendType.PARAMETER_STATUS) {
                ParameterStatus status = BackendMessages.readParameterStatus(
                        arrived.slice(at + MessageFrame.HEADER_BYTES, length - MessageFrame.LENGTH_BYTES));
                connection.report(status.name(), status.value());
            }
            at += length + 1;
        }
        if (at == end) {
            arrived.release();
        } else {
            arrived.readerIndex(at);
            kept = arrived;
        }
    }

    private void read(ReplySink reader, ByteBuf arrived) {
        in = arrived;
        position = in.readerIndex();
        runStart = position;
        int end = in.writerIndex();
        if (remaining > 0) {
            passRest(reader, end);
        }
        while (end - position >= MessageFrame.HEADER_BYTES) {
            byte type = in.getByte(position);
            int length = in.getInt(position + 1);
            if (length < MessageFrame.LENGTH_BYTES) {
                leave(reader);
                reader.serverGone("It sent a message of length " + length);
                return;
            }
            long total = length + 1L;
            int available = (int) Math.min(total, end - position);
            boolean data = type == BackendType.DATA_ROW || type == BackendType.COPY_DATA;
            boolean judged = !data || reader.wantsRow();
            if (judged && available < Math.min(total, GLANCE_BYTES)) {
                break;
            }
            if (data) {
                reader.dataComes(total);
            }
            Verdict verdict = judged ? judge(reader, type, data, available) : passing(reader);
            if (verdict == Verdict.ENDING || verdict == Verdict.UNCONFIRMED) {
                end(reader, verdict, available);
                return;
            }
            if (verdict == Verdict.WAIT) {
                connection.channel().config().setAutoRead(false);
                break;
            }
            pass(reader, type, verdict, available, total);
            if (!connection.isWith(reader)) {
                in.release();
                in = Unpooled.EMPTY_BUFFER;
                return;
            }
        }
        finish(reader, end);
    }

    /** More of a message whose fate is decided. */
    private void passRest(ReplySink reader, int end) {
        int step = (int) Math.min(remaining, end - position);
        position += step;
        remaining -= step;
        runStart = swallowing ? position : runStart;
        answerOwed(reader);
    }

    private static Verdict passing(ReplySink reader) {
        return reader.swallowsData() ? Verdict.SWALLOW : Verdict.FORWARD;
    }

    private Verdict judge(ReplySink reader, byte type, boolean data, int available) {
        int bodyStart = position + MessageFrame.HEADER_BYTES;
        return data
                ? reader.row(in, bodyStart, position + available)
                : reader.received(type, in, bodyStart, position + available);
    }

    /** The connection ends for this reader with the message at hand. */
    private void end(ReplySink reader, Verdict verdict, int available) {
        ErrorGlance glance = ErrorGlance.of(in, position + MessageFrame.HEADER_BYTES, position + available);
        leave(reader);
        if (verdict == Verdict.ENDING) {
            reader.serverEnds(glance);
        } else {
            reader.unconfirmedCommit();
        }
    }

    private void leave(ReplySink reader) {
        giveToClient(reader, runStart, position);
        in.release();
        in = Unpooled.EMPTY_BUFFER;
    }

    /** Lets the message at hand go on, or something in its place. */
    private void pass(ReplySink reader, byte type, Verdict verdict, int available, long total) {
        boolean swallow = switch (verdict) {
            case FORWARD -> false;
            case READY -> {
                boundary = true;
                yield false;
            }
            case REPLACE -> {
                giveToClient(reader, runStart, position);
                reader.replace();
                yield true;
            }
            case RENAME -> {
                if (available < total) {
                    yield false;
                }
                giveToClient(reader, runStart, position);
                reader.renameError(in, position + MessageFrame.HEADER_BYTES, position + available);
                yield true;
            }
            case SWALLOW, PARAMETER, ENDING, UNCONFIRMED, WAIT -> {
                giveToClient(reader, runStart, position);
                yield true;
            }
        };
        position += available;
        remaining = total - available;
        swallowing = swallow;
        if (swallow) {
            runStart = position;
            if (type == BackendType.READY_FOR_QUERY) {
                reader.ownRequestAnswered();
                boundary = true;
            }
        }
        answerOwed(reader);
    }

    private void answerOwed(ReplySink reader) {
        if (remaining == 0 && reader.owesAnswer()) {
            giveToClient(reader, runStart, position);
            runStart = position;
            reader.answerOwed();
        }
    }

    private void finish(ReplySink reader, int end) {
        ByteBuf all = in;
        if (position == end && runStart == all.readerIndex()) {
            in = Unpooled.EMPTY_BUFFER;
            reader.write(all);
            return;
        }
        giveToClient(reader, runStart, position);
        in = Unpooled.EMPTY_BUFFER;
        if (position == end) {
            all.release();
        } else {
            all.readerIndex(position);
            kept = all;
        }
    }

    private void giveToClient(ReplySink reader, int from, int to) {
        if (to > from) {
            reader.write(in.retainedSlice(from, to - from));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        ReplySink reader = connection.replies();
        if (reader != null) {
            reader.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        ReplySink reader = connection.replies();
        if (reader != null) {
            reader.serverFull(!context.channel().isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ReplySink reader = connection.replies();
        if (reader != null) {
            reader.serverGone("It closed the connection");
        } else {
            connection.lostWhileIdle();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (Failures.isOwnMistake(cause)) {
            connection.pool().context().counters().count(SessionEvent.INTERNAL_ERROR);
            LOG.warn("a server's connection is closed because of a mistake of the gateway's own", cause);
        }
        ReplySink reader = connection.replies();
        if (reader != null) {
            reader.serverGone("The connection failed (" + cause.getMessage() + ")");
        } else {
            connection.lostWhileIdle();
        }
        Channels.close(context);
    }
}
