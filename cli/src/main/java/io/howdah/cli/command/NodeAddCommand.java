package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Adds a node to a running cluster. */
@Command(
        name = "howdah node add",
        header = {
            "  howdah node add                          one more, where it fits best",
            "  howdah node add --cell zone4             in a new cell",
            "  howdah node add --tag delay=1h           a copy an hour behind"
        },
        description =
                "Starts another PostgreSQL beside the others. It copies the data, follows, and gets a vote when it has "
                        + "little left to fetch; clients notice nothing.")
final class NodeAddCommand extends TaskCommand {
    @Option(
            names = "--cell",
            paramLabel = "CELL",
            description = "Where it stands (default: the cell that needs it most).")
    private String cell = "";

    @Option(names = "--id", paramLabel = "NAME", description = "What it is called (default: the next free number).")
    private String id = "";

    @Option(names = "--tag", paramLabel = "KEY[=VALUE]", description = "A tag to begin with; may be repeated.")
    private List<String> tags = new ArrayList<>();

    NodeAddCommand() {
        super("node add", Duration.ofMinutes(10));
    }

    @Override
    ExitCode run(AdminTask task) {
        Json.Fields result = task.run(Json.fields(
                "kind", Json.of("node-add"),
                "id", Json.of(id),
                "cell", Json.of(cell),
                "tags", Json.of(String.join(" ", tags))));
        String nodes =
                result.list("nodes").stream().map(node -> node.shown("id")).collect(Collectors.joining(", "));
        return task.print(
                result, "%s is part of the cluster; the nodes are now %s".formatted(result.shown("added"), nodes));
    }
}
