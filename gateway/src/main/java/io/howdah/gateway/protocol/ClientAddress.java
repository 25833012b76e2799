package io.howdah.gateway.protocol;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.SocketAddress;

/** Where a client is: what a trusted proxy in front of the gateway says, else the other end of its connection. */
public final class ClientAddress {
    private static final AttributeKey<SocketAddress> BEHIND_PROXY = AttributeKey.valueOf("howdah.client_address");

    private ClientAddress() {}

    public static SocketAddress of(Channel channel) {
        SocketAddress told = channel.attr(BEHIND_PROXY).get();
        return told == null ? channel.remoteAddress() : told;
    }

    /** A proxy has said whom it speaks for; called on the connection's event loop, before anything of the client's is read. */
    public static void tell(Channel channel, SocketAddress client) {
        channel.attr(BEHIND_PROXY).set(client);
    }
}
