package io.howdah.gateway.listen;

import io.howdah.gateway.protocol.Channels;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendMessages.Notification;
import io.howdah.postgres.wire.BackendType;
import io.howdah.postgres.wire.FrontendMessages;
import io.howdah.postgres.wire.MessageFrame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** One logged-in connection that listens: sends texts one after the other and tells what comes back. */
final class ListenConnection extends ByteToMessageDecoder {
    /** The longest payload has 8,000 bytes. */
    private static final int LONGEST = 64 << 10;

    /** Told on the event loop of the connection. */
    interface Owner {
        void notified(Notification notification);

        /** A text was executed in full, and everything notified before it was sent has been told. */
        void answered();

        /** The connection is of no use any more; told once. */
        void lost(ListenConnection connection);
    }

    private final Channel channel;
    private final Owner owner;
    private boolean over;

    ListenConnection(Channel channel, Owner owner) {
        this.channel = channel;
        this.owner = owner;
        channel.pipeline().addLast(this);
    }

    void send(String text) {
        ByteBuf out = channel.alloc().buffer(64);
        FrontendMessages.query(out, text);
        Channels.send(channel, out);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < MessageFrame.HEADER_BYTES) {
            return;
        }
        int start = in.readerIndex();
        byte type = in.getByte(start);
        int length = MessageFrame.payloadBytes(in.getInt(start + 1), LONGEST);
        if (in.readableBytes() < MessageFrame.HEADER_BYTES + length) {
            return;
        }
        in.skipBytes(MessageFrame.HEADER_BYTES);
        ByteBuf payload = in.readSlice(length);
        switch (type) {
            case BackendType.NOTIFICATION_RESPONSE -> owner.notified(BackendMessages.readNotification(payload));
            case BackendType.READY_FOR_QUERY -> owner.answered();
            // LISTEN cannot fail on a server that goes on; a FATAL error is followed by the end.
            case BackendType.ERROR_RESPONSE -> lose();
            default -> {}
        }
    }

    /** Ends the connection; its owner hears of it. */
    void lose() {
        if (!over) {
            over = true;
            Channels.close(channel);
            owner.lost(this);
        }
    }

    /** Ends the connection; its owner does not need to hear of it. */
    void close() {
        over = true;
        ByteBuf out = channel.alloc().buffer(8);
        FrontendMessages.terminate(out);
        Channels.sendAndClose(channel, out);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lose();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lose();
    }
}
