package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Changes settings of PostgreSQL on every node. */
@Command(
        name = "howdah config set",
        header = {
            "  howdah config set work_mem=64MB",
            "  howdah config set max_connections=400 shared_buffers=2GB   after a restart"
        },
        description =
                "Changes settings of PostgreSQL on every node. PostgreSQL on each node that can be reached judges "
                        + "them first; nothing is changed when one refuses. What needs no restart holds at once.")
final class ConfigSetCommand extends TaskCommand {
    @Parameters(arity = "1..*", paramLabel = "NAME=VALUE", description = "What to set.")
    private List<String> assignments = List.of();

    ConfigSetCommand() {
        super("config set", Duration.ofMinutes(1));
    }

    @Override
    ExitCode run(AdminTask task) {
        Map<String, Json> set = new LinkedHashMap<>();
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw new CliException(
                        ExitCode.USAGE,
                        "'%s' is not of the form NAME=VALUE".formatted(assignment),
                        "",
                        task.suggest("config set work_mem=64MB"));
            }
            set.put(
                    assignment.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                    Json.of(assignment.substring(equals + 1)));
        }
        return ConfigChange.run(
                task,
                new Json.Fields(set),
                Json.of(List.<Json>of()),
                "set %s for all nodes".formatted(String.join(", ", set.keySet())));
    }
}
