package io.howdah.gateway.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;

/** Netty calls whose future nobody needs: a connection that fails says so through its handler. */
public final class Channels {
    private static final long LAST_WORDS_MILLIS = 3_000;
    private static final int FEW_BYTES = 1 << 10;
    private static final int SHORT_LINE_BYTES = 8 << 10;

    private Channels() {}

    public static void close(ChannelOutboundInvoker channel) {
        var _ = channel.close();
    }

    /** Sends the last bytes of a connection, then closes it; a peer that does not read them is not waited for long. */
    public static void sendAndClose(Channel channel, ByteBuf last) {
        var _ = channel.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
        if (channel.isOpen()) {
            var timer = channel.eventLoop().schedule(() -> close(channel), LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(_ -> timer.cancel(false));
        }
    }

    public static void write(ChannelOutboundInvoker channel, ByteBuf bytes) {
        var _ = channel.write(bytes, channel.voidPromise());
    }

    /**
     * Writes what may have to wait for a peer that does not read. A few bytes of a shared buffer hold all of it, and limits count bytes; once
     * a line has formed, few bytes are therefore copied out of theirs.
     */
    public static void pass(Channel channel, ByteBuf bytes) {
        if (bytes.readableBytes() <= FEW_BYTES && pendingBytes(channel) > SHORT_LINE_BYTES) {
            ByteBuf own = channel.alloc().buffer(bytes.readableBytes()).writeBytes(bytes);
            bytes.release();
            write(channel, own);
        } else {
            write(channel, bytes);
        }
    }

    private static long pendingBytes(Channel channel) {
        return channel.config().getWriteBufferHighWaterMark() - channel.bytesBeforeUnwritable();
    }

    public static void send(ChannelOutboundInvoker channel, ByteBuf bytes) {
        var _ = channel.writeAndFlush(bytes, channel.voidPromise());
    }

    public static void later(EventExecutor executor, long millis, Runnable task) {
        var _ = executor.schedule(task, millis, TimeUnit.MILLISECONDS);
    }
}
