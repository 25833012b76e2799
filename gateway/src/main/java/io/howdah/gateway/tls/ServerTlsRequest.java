package io.howdah.gateway.tls;

import io.howdah.gateway.protocol.Channels;
import io.howdah.postgres.wire.ProtocolException;
import io.howdah.postgres.wire.StartupPacket;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/** Asks a server for TLS and begins it; what comes next in the pipeline hears that the connection is active once it is protected. */
public final class ServerTlsRequest extends ChannelInboundHandlerAdapter {
    private final ServerTls tls;
    private final String host;
    private final int port;

    public ServerTlsRequest(ServerTls tls, String host, int port) {
        this.tls = tls;
        this.host = host;
        this.port = port;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ByteBuf out = context.alloc().buffer(8);
        StartupPacket.writeSslRequest(out);
        Channels.send(context, out);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        int length = in.readableBytes();
        byte answer = length == 0 ? 0 : in.readByte();
        in.release();
        if (length == 0) {
            return;
        }
        if (answer != StartupPacket.ENCRYPTION_ACCEPTED || length > 1) {
            throw new ProtocolException(
                    length > 1
                            ? "the server sent clear text behind its answer to the request for TLS"
                            : "the server does not offer TLS, and the gateway is told to use it");
        }
        context.pipeline().addAfter(context.name(), "encrypted", new Encrypted());
        context.pipeline().replace(this, "tls", tls.handler(context.alloc(), host, port));
    }

    private static final class Encrypted extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            // It was active before it was protected.
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent completion) {
                if (completion.isSuccess()) {
                    context.fireChannelActive();
                    context.pipeline().remove(this);
                } else {
                    context.fireExceptionCaught(completion.cause());
                }
            }
        }
    }
}
