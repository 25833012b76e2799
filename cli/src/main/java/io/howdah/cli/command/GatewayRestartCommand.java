package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Restarts gateways without refusing a connection. */
@Command(
        name = "howdah gateway restart",
        header = {
            "  howdah gateway restart                 all gateways, one after the other",
            "  howdah gateway restart gateway1        one of them, as after an upgrade",
            "  howdah gateway restart --drain 600     clients of the old process may stay for ten minutes"
        },
        description =
                "Starts a second process that takes the gateway's ports over; no connection is refused. The old process goes on"
                        + " serving the clients that it has. After the drain time it ends each of them between two"
                        + " transactions (57P01), and half a minute later those that are left.")
final class GatewayRestartCommand extends TaskCommand {
    private static final int LONGEST_SECONDS = 86_400;

    @Parameters(index = "0", arity = "0..1", paramLabel = "GATEWAY", description = "Which gateway (default: all).")
    private String gateway = "";

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            description = "How long clients of the old process may stay (default: 60).")
    private int drainSeconds = 60;

    GatewayRestartCommand() {
        super("gateway restart", Duration.ofMinutes(10));
    }

    @Override
    ExitCode run(AdminTask task) {
        if (drainSeconds < 0 || drainSeconds > LONGEST_SECONDS) {
            throw new CliException(
                    ExitCode.USAGE,
                    "--drain should be 0 to %d seconds".formatted(LONGEST_SECONDS),
                    "",
                    task.suggest("gateway restart --drain 60"));
        }
        Json.Fields result = task.run(Json.fields(
                "kind",
                Json.of("gateway-restart"),
                "gateway",
                Json.of(gateway),
                "drain_seconds",
                Json.of(drainSeconds)));
        return task.print(result, "restarted " + (gateway.isEmpty() ? "all gateways" : gateway));
    }
}
