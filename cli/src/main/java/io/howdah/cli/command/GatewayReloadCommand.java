package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Has gateways read their configuration again. */
@Command(
        name = "howdah gateway reload",
        header = {
            "  howdah gateway reload            after a change of pooling, access or serving in howdah.yaml",
            "  howdah gateway reload gateway1   on one of them only"
        },
        description = "Has gateways read again what howdah.yaml says of them, and the files that it names. No client is"
                + " disconnected. What cannot be used changes nothing, and the command says why.")
final class GatewayReloadCommand extends TaskCommand {
    @Parameters(index = "0", arity = "0..1", paramLabel = "GATEWAY", description = "Which gateway (default: all).")
    private String gateway = "";

    GatewayReloadCommand() {
        super("gateway reload", Duration.ofMinutes(1));
    }

    @Override
    ExitCode run(AdminTask task) {
        Json.Fields result = task.run(Json.fields("kind", Json.of("gateway-reload"), "gateway", Json.of(gateway)));
        return task.print(result, "reloaded " + (gateway.isEmpty() ? "all gateways" : gateway));
    }
}
