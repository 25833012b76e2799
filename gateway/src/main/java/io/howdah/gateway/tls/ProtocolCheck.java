package io.howdah.gateway.tls;

import io.howdah.gateway.protocol.Channels;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/** A client that begins with TLS must name the protocol, so that no other server's client can be led here (ALPACA). */
final class ProtocolCheck extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion && completion.isSuccess()) {
            SslHandler handler = context.pipeline().get(SslHandler.class);
            if (!ClientTls.PROTOCOL.equals(handler.applicationProtocol())) {
                Channels.close(context);
                return;
            }
            context.pipeline().remove(this);
        }
        context.fireUserEventTriggered(event);
    }
}
