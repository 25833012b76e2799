package io.howdah.gateway.session;

import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.metrics.GatewayReport.ClientState;
import io.howdah.gateway.protocol.ClientAddress;
import java.util.Locale;

/** A session as somebody who watches the gateway sees it. */
final class SessionReport {
    private SessionReport() {}

    static GatewayReport.Client of(Session session, long nowNanos) {
        boolean waits = session.isWaiting();
        ClientState atWork = session.conversation().atRest() ? ClientState.IDLE : ClientState.ACTIVE;
        return new GatewayReport.Client(
                session.server().id(),
                session.server().connectionId(),
                session.database(),
                session.user(),
                session.role().name().toLowerCase(Locale.ROOT),
                waits ? ClientState.WAITING : atWork,
                ClientAddress.of(session.client().channel()),
                session.client().channel().localAddress(),
                nowNanos - session.meter().connectedNanos(),
                nowNanos - session.meter().requestNanos(),
                waits ? nowNanos - session.holding().sinceNanos() : 0,
                session.replies().known().values().getOrDefault("application_name", ""),
                session.cancellation().processId(),
                session.conversation().state().pins().stream()
                        .map(pin -> pin.name().toLowerCase(Locale.ROOT))
                        .toList());
    }
}
