package io.howdah.gateway.session;

import io.howdah.gateway.state.Interner;
import io.howdah.gateway.state.Reported;
import org.jspecify.annotations.Nullable;

/** On the port auto a client talks to one server, the primary: that a replica is a standby is not its business. */
final class OneServer {
    private final Interner<Reported> reports;
    private @Nullable Reported standbySaid;
    private Reported shown = Reported.NOTHING;

    OneServer(Interner<Reported> reports) {
        this.reports = reports;
    }

    /** What the client gets to see of what a server reports. */
    Reported of(Reported said) {
        if (!said.isStandby()) {
            return said;
        }
        if (standbySaid == null || !Interner.same(standbySaid, said)) {
            standbySaid = said;
            shown = reports.intern(said.asPrimary());
        }
        return shown;
    }
}
