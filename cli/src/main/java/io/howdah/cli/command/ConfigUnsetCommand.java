package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes settings of PostgreSQL back on every node. */
@Command(
        name = "howdah config unset",
        header = "  howdah config unset work_mem    back to what it would be otherwise",
        description = "Takes settings back that 'howdah config set' or an adopted instance brought.")
final class ConfigUnsetCommand extends TaskCommand {
    @Parameters(arity = "1..*", paramLabel = "NAME", description = "What to take back.")
    private List<String> names = List.of();

    ConfigUnsetCommand() {
        super("config unset", Duration.ofMinutes(1));
    }

    @Override
    ExitCode run(AdminTask task) {
        return ConfigChange.run(
                task,
                new Json.Fields(Map.of()),
                Json.of(names.stream().map(Json::of).toList()),
                "took back %s for all nodes".formatted(String.join(", ", names)));
    }
}
