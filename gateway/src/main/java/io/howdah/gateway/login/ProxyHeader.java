package io.howdah.gateway.login;

import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.protocol.ClientAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the header of the PROXY protocol from the beginning of a connection and makes way. The client's address is what the header says,
 * unless the proxy speaks for itself (LOCAL, as its health checks do) or for something without an address. A header that is none costs
 * this connection and nothing else; one that does not come is limited by the time that a client has to log in.
 */
public final class ProxyHeader extends SimpleChannelInboundHandler<HAProxyMessage> {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyHeader.class);

    private ProxyHeader() {}

    /** Before everything else that reads from the connection. */
    public static void expect(ChannelPipeline pipeline) {
        pipeline.addLast(new HAProxyMessageDecoder());
        pipeline.addLast(new ProxyHeader());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HAProxyMessage header) throws UnknownHostException {
        Channel channel = context.channel();
        byte[] source = header.sourceAddress() == null
                ? null
                : NetUtil.createByteArrayFromIpAddressString(header.sourceAddress());
        if (header.command() == HAProxyCommand.PROXY && source != null) {
            ClientAddress.tell(channel, new InetSocketAddress(InetAddress.getByAddress(source), header.sourcePort()));
        }
        context.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.info(
                "{} is trusted as a proxy and sent no PROXY protocol header that can be read: {}",
                context.channel().remoteAddress(),
                cause.getMessage());
        Channels.close(context);
    }
}
