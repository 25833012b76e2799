package io.howdah.gateway.login;

import io.howdah.gateway.route.PortRole;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/**
 * Whose PROXY protocol headers are believed (haproxy.org, "The PROXY protocol", versions 1 and 2). Whoever connects to one of the ports
 * from one of the addresses must begin with a header, as the specification asks: there is no guessing. From elsewhere none is understood.
 *
 * @param ports where proxies connect to; empty for nowhere
 * @param addresses of the proxies
 */
public record ProxyTrust(Set<PortRole> ports, List<AddressRange> addresses) {
    public static final ProxyTrust NOBODY = new ProxyTrust(Set.of(), List.of());

    public ProxyTrust {
        ports = Set.copyOf(ports);
        addresses = List.copyOf(addresses);
    }

    /** Whether a connection begins with a header. */
    public boolean expectsHeader(Channel channel, PortRole role) {
        if (!ports.contains(role) || !(channel.remoteAddress() instanceof InetSocketAddress remote)) {
            return false;
        }
        byte[] address = remote.getAddress().getAddress();
        return addresses.stream().anyMatch(range -> range.contains(address));
    }
}
