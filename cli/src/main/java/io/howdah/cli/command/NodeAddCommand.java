package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Adds a node to a running cluster. */
@Command(
        name = "howdah node add",
        headerHeading = "Examples:%n",
        header = {
            "  howdah node add                          one more, where it fits best",
            "  howdah node add --cell zone4             in a new cell, with a gateway of its own",
            "  howdah node add --tag delay=1h           a copy that stays an hour behind, without a vote"
        },
        synopsisHeading = "%nUsage: ",
        abbreviateSynopsis = true,
        descriptionHeading = "%n",
        description =
                "Starts another PostgreSQL beside the others. It copies the data, follows, and gets a vote when it has "
                        + "little left to fetch; clients notice nothing.",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        sortOptions = false)
final class NodeAddCommand implements HowdahCommand {
    @Option(
            names = "--cell",
            paramLabel = "CELL",
            description = "Where it stands (default: the cell that needs it most).")
    private String cell = "";

    @Option(names = "--id", paramLabel = "NAME", description = "What it is called (default: the next free number).")
    private String id = "";

    @Option(names = "--tag", paramLabel = "KEY[=VALUE]", description = "A tag to begin with; may be repeated.")
    private List<String> tags = new ArrayList<>();

    @Option(names = "--wait", paramLabel = "TIME", description = "How long to wait, as in 90s or 2m (default: 10m).")
    private Duration wait = Duration.ofMinutes(10);

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Override
    public CommonOptions common() {
        return common;
    }

    @Override
    public ExitCode run(CommandContext context) {
        Json.Fields result = new AdminTask("node add", common, context)
                .run(
                        Json.fields(
                                "kind", Json.of("node-add"),
                                "id", Json.of(id),
                                "cell", Json.of(cell),
                                "tags", Json.of(String.join(" ", tags))),
                        wait);
        AdminTask task = new AdminTask("node add", common, context);
        return task.print(
                result,
                output,
                result.shown("added") + " is part of the cluster; the nodes are now "
                        + result.list("nodes").stream()
                                .map(node -> node.shown("id"))
                                .collect(Collectors.joining(", ")));
    }
}
