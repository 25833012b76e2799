package io.howdah.gateway.session;

import io.howdah.postgres.wire.FrontendType;
import io.howdah.postgres.wire.MessageFrame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/** The cursor over what a client sends: reads message after message and asks the session where each goes. */
final class ClientReader extends ChannelInboundHandlerAdapter {
    /** Longer messages are streamed; their text is judged by its beginning. */
    private static final int WHOLE_BYTES = 64 << 10;

    private static final int NAMES_BYTES = 1 << 10;

    /** Where the rest of a message that is not there in full goes. */
    private enum Rest {
        TO_BACKEND,
        NOWHERE
    }

    private final Session session;
    private @Nullable ByteBuf kept;
    private long remaining;
    private Rest rest = Rest.NOWHERE;
    private boolean reading;

    ClientReader(Session session) {
        this.session = session;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (kept == null) {
            kept = in;
        } else {
            kept = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), kept, in);
        }
        read();
    }

    /** Goes on with what was kept while the session was held. */
    void resume() {
        if (!reading) {
            read();
            session.server().flush();
            session.client().flush();
        }
    }

    /** The server is gone: the rest of a message that was on its way there is dropped. Says whether there was one. */
    boolean discardRest() {
        boolean partial = remaining > 0 && rest == Rest.TO_BACKEND;
        rest = Rest.NOWHERE;
        return partial;
    }

    private void read() {
        ByteBuf in = kept;
        if (in == null || session.isClosed()) {
            return;
        }
        kept = null;
        reading = true;
        int position = in.readerIndex();
        int end = in.writerIndex();
        int runStart = position;
        if (remaining > 0) {
            int step = (int) Math.min(remaining, end - position);
            position += step;
            remaining -= step;
            runStart = rest == Rest.TO_BACKEND ? runStart : position;
        }
        while (end - position >= MessageFrame.HEADER_BYTES) {
            byte type = in.getByte(position);
            int length = in.getInt(position + 1);
            if (!isAcceptable(type, length)) {
                break;
            }
            long total = length + 1L;
            int available = (int) Math.min(total, end - position);
            if (available < Math.min(total, neededBytes(type))) {
                break;
            }
            int bodyStart = position + MessageFrame.HEADER_BYTES;
            Session.Admission admission = session.admit(type);
            if (admission == Session.Admission.WAIT) {
                break;
            }
            boolean forward = admission == Session.Admission.FORWARD;
            if (forward) {
                session.conversation().sent(type, in, bodyStart, position + available, available == total);
            } else {
                giveToBackend(in, runStart, position);
                runStart = position + available;
                session.answer(type, in, bodyStart, position + available);
            }
            position += available;
            remaining = total - available;
            rest = forward ? Rest.TO_BACKEND : Rest.NOWHERE;
            if (session.isClosed()) {
                break;
            }
        }
        finish(in, runStart, position, end);
        reading = false;
    }

    private void finish(ByteBuf in, int runStart, int position, int end) {
        session.updateBusy();
        if (session.isClosed()) {
            giveToBackend(in, runStart, position);
            in.release();
        } else if (position == end && runStart == in.readerIndex()) {
            session.server().write(in);
        } else {
            giveToBackend(in, runStart, position);
            if (position == end) {
                in.release();
            } else {
                in.readerIndex(position);
                kept = in;
            }
        }
    }

    private void giveToBackend(ByteBuf in, int from, int to) {
        if (to > from) {
            session.server().write(in.retainedSlice(from, to - from));
        }
    }

    private boolean isAcceptable(byte type, int length) {
        if (!FrontendType.isKnown(type) || type == FrontendType.PASSWORD) {
            session.refuseBytes("invalid frontend message type " + Byte.toUnsignedInt(type));
            return false;
        }
        int limit = isSmall(type) ? MessageFrame.SMALL_LIMIT : MessageFrame.LARGE_LIMIT;
        if (length < MessageFrame.LENGTH_BYTES || length > limit) {
            session.refuseBytes("invalid message length " + length + " of message type " + (char) type);
            return false;
        }
        return true;
    }

    private static boolean isSmall(byte type) {
        return switch (type) {
            case FrontendType.CLOSE,
                    FrontendType.DESCRIBE,
                    FrontendType.EXECUTE,
                    FrontendType.FLUSH,
                    FrontendType.SYNC,
                    FrontendType.TERMINATE,
                    FrontendType.COPY_DONE -> true;
            default -> false;
        };
    }

    private static int neededBytes(byte type) {
        return switch (type) {
            case FrontendType.QUERY, FrontendType.PARSE -> WHOLE_BYTES;
            case FrontendType.COPY_DATA, FrontendType.COPY_FAIL, FrontendType.FUNCTION_CALL ->
                MessageFrame.HEADER_BYTES;
            case FrontendType.BIND -> NAMES_BYTES;
            default -> MessageFrame.SMALL_LIMIT + 1;
        };
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        session.server().flush();
        session.client().flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        session.server().read(context.channel().isWritable());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        session.closed();
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
        session.clientFailed(cause);
    }
}
