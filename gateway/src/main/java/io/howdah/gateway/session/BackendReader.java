package io.howdah.gateway.session;

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
final class BackendReader extends ChannelInboundHandlerAdapter {
    /** So much of a message is enough to decide about it. */
    private static final int GLANCE_BYTES = 4 << 10;

    private final Session session;
    private @Nullable ByteBuf kept;
    private long remaining;
    private boolean swallowing;
    private boolean boundary;
    private boolean detached;

    BackendReader(Session session) {
        this.session = session;
    }

    /** The client has got the beginning of a message whose end will never come. */
    boolean midMessage() {
        return remaining > 0 && !swallowing;
    }

    /** The session has no more to do with this connection. */
    void detach() {
        detached = true;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (detached) {
            in.release();
            return;
        }
        if (kept != null) {
            in = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), kept, in);
            kept = null;
        }
        read(in);
        if (boundary) {
            boundary = false;
            session.atBoundary();
        }
    }

    private void read(ByteBuf in) {
        int position = in.readerIndex();
        int end = in.writerIndex();
        int runStart = position;
        if (remaining > 0) {
            int step = (int) Math.min(remaining, end - position);
            position += step;
            remaining -= step;
            runStart = swallowing ? position : runStart;
        }
        while (end - position >= MessageFrame.HEADER_BYTES) {
            byte type = in.getByte(position);
            int length = in.getInt(position + 1);
            if (length < MessageFrame.LENGTH_BYTES) {
                giveToClient(in, runStart, position);
                in.release();
                session.backendGone("It sent a message of length " + length);
                return;
            }
            long total = length + 1L;
            boolean data = type == BackendType.DATA_ROW || type == BackendType.COPY_DATA;
            int available = (int) Math.min(total, end - position);
            if (!data && available < Math.min(total, GLANCE_BYTES)) {
                break;
            }
            boolean swallow = data && session.swallowsData();
            if (!data) {
                switch (session.received(type, in, position + MessageFrame.HEADER_BYTES, position + available)) {
                    case FORWARD -> {}
                    case READY -> boundary = true;
                    case SWALLOW, PARAMETER -> swallow = true;
                    case ENDING -> {
                        giveToClient(in, runStart, position);
                        session.backendEnds(
                                ErrorGlance.of(in, position + MessageFrame.HEADER_BYTES, position + available));
                        in.release();
                        return;
                    }
                    case UNCONFIRMED -> {
                        giveToClient(in, runStart, position);
                        in.release();
                        session.unconfirmedCommit();
                        return;
                    }
                }
            }
            if (swallow) {
                giveToClient(in, runStart, position);
                runStart = position + available;
                if (type == BackendType.READY_FOR_QUERY) {
                    session.replayedOne();
                    boundary = true;
                }
            }
            position += available;
            remaining = total - available;
            swallowing = swallow;
        }
        finish(in, runStart, position, end);
    }

    private void finish(ByteBuf in, int runStart, int position, int end) {
        if (position == end) {
            if (runStart == in.readerIndex()) {
                session.client().write(in);
            } else {
                giveToClient(in, runStart, position);
                in.release();
            }
            return;
        }
        giveToClient(in, runStart, position);
        in.readerIndex(position);
        kept = in;
    }

    private void giveToClient(ByteBuf in, int from, int to) {
        if (to > from) {
            session.client().write(in.retainedSlice(from, to - from));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!detached) {
            session.client().flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!detached) {
            session.client().pause(ClientSide.BACKEND_FULL, !context.channel().isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!detached) {
            session.backendGone("It closed the connection");
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
        if (!detached) {
            session.backendGone("The connection failed (" + cause.getMessage() + ")");
        }
        Channels.close(context);
    }
}
