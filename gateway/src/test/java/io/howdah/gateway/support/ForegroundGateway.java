package io.howdah.gateway.support;

import io.howdah.gateway.Transport;
import io.howdah.gateway.route.PortRole;

/** A gateway in front of a throwaway server until its input ends: for measuring by hand. Arguments: transport, event loops. */
final class ForegroundGateway {
    private ForegroundGateway() {}

    static void main(String[] arguments) throws Exception {
        var settings = TestGateway.Settings.usual()
                .on(Transport.Preference.valueOf(arguments[0]))
                .loops(Integer.parseInt(arguments[1]));
        try (PostgresFixture postgres = new PostgresFixture();
                TestGateway gateway = TestGateway.before(postgres, settings)) {
            System.out.printf(
                    "%s gateway=%d server=%d pid=%d%n",
                    gateway.transport(),
                    gateway.port(PortRole.READ_WRITE),
                    postgres.first().port(),
                    ProcessHandle.current().pid());
            int read = System.in.read();
            System.out.printf("%d %s%n", read, gateway.counters());
        }
    }
}
