package io.howdah.gateway.session;

import io.howdah.gateway.dialogue.Outlet;
import io.howdah.postgres.wire.FrontendType;
import io.howdah.postgres.wire.MessageFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/** The cursor over what a client sends: reads message after message and asks the session where each goes. */
final class ClientReader extends ChannelInboundHandlerAdapter implements Outlet {
    /** Longer messages are streamed; their text is judged by its beginning. */
    private static final int WHOLE_BYTES = 64 << 10;

    private static final int NAMES_BYTES = 1 << 10;

    /** Where the rest of a message that is not there in full goes. */
    private enum Rest {
        TO_BACKEND,
        NOWHERE
    }

    /** So much is read ahead while the session waits. */
    private static final int AHEAD_BYTES = 256 << 10;

    /** Runs up to this length are copied behind what was rewritten before them, instead of being sent as a slice. */
    private static final int COPIED_BYTES = 1 << 10;

    private final Session session;
    private @Nullable ByteBuf kept;
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private @Nullable ByteBuf rewritten;
    private int runStart;
    private int position;
    private long remaining;
    private Rest rest = Rest.NOWHERE;
    private boolean reading;

    ClientReader(Session session) {
        this.session = session;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf arrived = (ByteBuf) message;
        session.meter().received(arrived.readableBytes());
        if (kept == null) {
            kept = arrived;
        } else {
            kept = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), kept, arrived);
        }
        read();
        if (kept != null && session.isWaiting() && kept.readableBytes() > AHEAD_BYTES) {
            session.client().pause(ClientSide.HELD, true);
        }
    }

    /** Goes on with what was kept while the session was held. */
    void resume() {
        if (!reading) {
            read();
            session.server().flush();
            session.client().flush();
        }
    }

    /** A request that was sent in vain comes again, before everything that the client has sent since. */
    void again(ByteBuf request) {
        ByteBuf later = kept;
        kept = later == null ? request : request.writeBytes(later);
        if (later != null) {
            later.release();
        }
    }

    /** Messages are being looked at; what they cause to be written is flushed in the end. */
    boolean isReading() {
        return reading;
    }

    /** The server waits for the rest of a message. */
    boolean isMidMessage() {
        return remaining > 0 && rest == Rest.TO_BACKEND;
    }

    /** The server is gone: the rest of a message that was on its way there is dropped. Says whether there was one. */
    boolean discardRest() {
        boolean partial = isMidMessage();
        rest = Rest.NOWHERE;
        return partial;
    }

    private void read() {
        ByteBuf all = kept;
        if (all == null || session.isClosed()) {
            return;
        }
        kept = null;
        reading = true;
        in = all;
        position = all.readerIndex();
        runStart = position;
        int end = all.writerIndex();
        if (remaining > 0) {
            int step = (int) Math.min(remaining, end - position);
            position += step;
            remaining -= step;
            runStart = rest == Rest.TO_BACKEND ? runStart : position;
        }
        while (end - position >= MessageFrame.HEADER_BYTES) {
            byte type = all.getByte(position);
            int length = all.getInt(position + 1);
            if (!isAcceptable(type, length)) {
                break;
            }
            long total = length + 1L;
            int available = (int) Math.min(total, end - position);
            if (available < Math.min(total, neededBytes(type))) {
                break;
            }
            int bodyStart = position + MessageFrame.HEADER_BYTES;
            int bodyEnd = position + available;
            Admissions.Admission admission = session.admissions().admit(type, all, bodyStart, bodyEnd);
            if (admission == Admissions.Admission.WAIT) {
                break;
            }
            if (admission == Admissions.Admission.SERVE) {
                giveToBackend(runStart, position);
                position = session.caching().serve(all, position);
                runStart = position;
                continue;
            }
            if (admission == Admissions.Admission.FORWARD) {
                rest = Rest.TO_BACKEND;
                session.requests().sent(type, all, bodyStart, bodyEnd, available == total, this);
                if (session.replies().owesAnswer()) {
                    session.replies().answerOwed();
                }
            } else {
                rest = Rest.NOWHERE;
                giveToBackend(runStart, position);
                runStart = bodyEnd;
                session.answer(type, all, bodyStart, bodyEnd);
            }
            position = bodyEnd;
            remaining = total - available;
            if (session.isClosed()) {
                break;
            }
        }
        finish(all, end);
        reading = false;
    }

    private void finish(ByteBuf all, int end) {
        session.updateBusy();
        in = Unpooled.EMPTY_BUFFER;
        if (rewritten == null && position == end && runStart == all.readerIndex() && !session.isClosed()) {
            session.server().write(all);
        } else {
            in = all;
            giveToBackend(runStart, position);
            flushRewritten();
            in = Unpooled.EMPTY_BUFFER;
            if (position == end || session.isClosed()) {
                all.release();
            } else {
                all.readerIndex(position);
                kept = all;
            }
        }
        if (remaining == 0) {
            session.settlement().giveBackIfDone();
        }
    }

    private void giveToBackend(int from, int to) {
        if (to > from) {
            if (rewritten != null && to - from <= COPIED_BYTES) {
                rewritten.writeBytes(in, from, to - from);
            } else {
                flushRewritten();
                session.server().write(in.retainedSlice(from, to - from));
            }
        }
    }

    private void flushRewritten() {
        if (rewritten != null) {
            session.server().write(rewritten);
            rewritten = null;
        }
    }

    @Override
    public ByteBuf before() {
        giveToBackend(runStart, position);
        runStart = position;
        if (rewritten == null) {
            rewritten = session.server().buffer();
        }
        return rewritten;
    }

    @Override
    public void skipTo(int index) {
        runStart = index;
    }

    @Override
    public void skipRest() {
        rest = Rest.NOWHERE;
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
        session.client().pause(ClientSide.UNREAD, !context.channel().isWritable());
        session.listening().deliver();
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
