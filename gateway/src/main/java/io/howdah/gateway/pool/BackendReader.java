package io.howdah.gateway.pool;

import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.protocol.ErrorGlance;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendMessages.ParameterStatus;
import io.howdah.postgres.wire.BackendType;
import io.howdah.postgres.wire.MessageFrame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * The cursor over what a server sends. Rows and copy data are stepped over by their length; everything that the client may see goes on
 * in the longest possible slices.
 */
public final class BackendReader extends ChannelInboundHandlerAdapter {
    /** So much of a message is enough to decide about it. */
    private static final int GLANCE_BYTES = 4 << 10;

    private final ServerConnection connection;
    private @Nullable ByteBuf kept;
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
        ByteBuf in = (ByteBuf) message;
        if (connection.isClosed()) {
            in.release();
            return;
        }
        if (kept != null) {
            in = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), kept, in);
            kept = null;
        }
        ReplySink reader = connection.replies();
        if (reader == null) {
            readIdle(in);
            return;
        }
        read(reader, in);
        if (boundary) {
            boundary = false;
            reader.atBoundary();
        } else {
            reader.betweenBoundaries();
        }
    }

    /** Nobody has asked for anything: changed settings are noted, anything else but a remark makes the connection useless. */
    private void readIdle(ByteBuf in) {
        int position = in.readerIndex();
        int end = in.writerIndex();
        while (end - position >= MessageFrame.HEADER_BYTES) {
            byte type = in.getByte(position);
            int length = in.getInt(position + 1);
            boolean known = type == BackendType.PARAMETER_STATUS
                    || type == BackendType.NOTICE_RESPONSE
                    || type == BackendType.NOTIFICATION_RESPONSE;
            if (!known || length < MessageFrame.LENGTH_BYTES || length > MessageFrame.AUTHENTICATION_LIMIT) {
                in.release();
                connection.lostWhileIdle();
                return;
            }
            if (end - position < length + 1) {
                break;
            }
            if (type == BackendType.PARAMETER_STATUS) {
                ParameterStatus status = BackendMessages.readParameterStatus(
                        in.slice(position + MessageFrame.HEADER_BYTES, length - MessageFrame.LENGTH_BYTES));
                connection.report(status.name(), status.value());
            }
            position += length + 1;
        }
        if (position == end) {
            in.release();
        } else {
            in.readerIndex(position);
            kept = in;
        }
    }

    private void read(ReplySink reader, ByteBuf in) {
        int position = in.readerIndex();
        int end = in.writerIndex();
        int runStart = position;
        if (remaining > 0) {
            int step = (int) Math.min(remaining, end - position);
            position += step;
            remaining -= step;
            runStart = swallowing ? position : runStart;
            if (remaining == 0 && reader.owesAnswer()) {
                giveToClient(reader, in, runStart, position);
                runStart = position;
                reader.answerOwed();
            }
        }
        while (end - position >= MessageFrame.HEADER_BYTES) {
            byte type = in.getByte(position);
            int length = in.getInt(position + 1);
            if (length < MessageFrame.LENGTH_BYTES) {
                giveToClient(reader, in, runStart, position);
                in.release();
                reader.serverGone("It sent a message of length " + length);
                return;
            }
            long total = length + 1L;
            boolean data = type == BackendType.DATA_ROW || type == BackendType.COPY_DATA;
            int available = (int) Math.min(total, end - position);
            boolean wanted = !data || reader.wantsRow();
            if (wanted && available < Math.min(total, GLANCE_BYTES)) {
                break;
            }
            int bodyStart = position + MessageFrame.HEADER_BYTES;
            if (data) {
                reader.dataComes();
            }
            boolean swallow = data && reader.swallowsData();
            if (wanted && data) {
                reader.row(in, bodyStart, position + available);
            } else if (!data) {
                switch (reader.received(type, in, bodyStart, position + available)) {
                    case FORWARD -> {}
                    case READY -> boundary = true;
                    case SWALLOW, PARAMETER -> swallow = true;
                    case ENDING -> {
                        giveToClient(reader, in, runStart, position);
                        reader.serverEnds(ErrorGlance.of(in, bodyStart, position + available));
                        in.release();
                        return;
                    }
                    case UNCONFIRMED -> {
                        giveToClient(reader, in, runStart, position);
                        in.release();
                        reader.unconfirmedCommit();
                        return;
                    }
                    case REPLACE -> {
                        giveToClient(reader, in, runStart, position);
                        reader.replaceError();
                        swallow = true;
                        runStart = position;
                    }
                    case RENAME -> {
                        if (available == total) {
                            giveToClient(reader, in, runStart, position);
                            reader.renameError(in, bodyStart, position + available);
                            swallow = true;
                            runStart = position;
                        }
                    }
                }
            }
            if (swallow) {
                giveToClient(reader, in, runStart, position);
                runStart = position + available;
                if (type == BackendType.READY_FOR_QUERY) {
                    reader.ownRequestAnswered();
                    boundary = true;
                }
            }
            position += available;
            remaining = total - available;
            swallowing = swallow;
            if (remaining == 0 && reader.owesAnswer()) {
                giveToClient(reader, in, runStart, position);
                runStart = position;
                reader.answerOwed();
            }
            if (!connection.isWith(reader)) {
                in.release();
                return;
            }
        }
        finish(reader, in, runStart, position, end);
    }

    private void finish(ReplySink reader, ByteBuf in, int runStart, int position, int end) {
        if (position == end) {
            if (runStart == in.readerIndex()) {
                reader.write(in);
            } else {
                giveToClient(reader, in, runStart, position);
                in.release();
            }
            return;
        }
        giveToClient(reader, in, runStart, position);
        in.readerIndex(position);
        kept = in;
    }

    private static void giveToClient(ReplySink reader, ByteBuf in, int from, int to) {
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
        ReplySink reader = connection.replies();
        if (reader != null) {
            reader.serverGone("The connection failed (" + cause.getMessage() + ")");
        } else {
            connection.lostWhileIdle();
        }
        Channels.close(context);
    }
}
