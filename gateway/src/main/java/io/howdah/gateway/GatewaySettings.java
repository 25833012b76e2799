package io.howdah.gateway;

import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.session.SessionSettings;
import io.howdah.kernel.model.GatewayId;
import java.util.Map;
import java.util.Optional;

/**
 * How one gateway runs.
 *
 * @param gateway its name
 * @param host the address to listen on
 * @param ports which port each role listens on; 0 takes a free one, a role without an entry is not served
 * @param sockets where each port is served on a Unix socket besides
 * @param transport how to wait for sockets
 * @param eventLoops how many threads carry the traffic
 * @param sessions limits of sessions
 */
public record GatewaySettings(
        GatewayId gateway,
        String host,
        Map<PortRole, Integer> ports,
        Optional<UnixSockets> sockets,
        Transport.Preference transport,
        int eventLoops,
        SessionSettings sessions) {
    public GatewaySettings {
        ports = Map.copyOf(ports);
        if (ports.isEmpty()) {
            throw new IllegalArgumentException("gateway " + gateway + " has no port to listen on");
        }
        if (eventLoops < 1) {
            throw new IllegalArgumentException("eventLoops is " + eventLoops + ", at least 1 is needed");
        }
    }

    /** One loop serves two cores best, because PostgreSQL needs them too. */
    public static int defaultEventLoops(int processors) {
        return Math.max(1, processors / 4);
    }
}
