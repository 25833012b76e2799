package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says what is wished of a node. */
@Command(
        name = "howdah node tag",
        header = {
            "  howdah node tag node3 never-leader                not to serve as leader",
            "  howdah node tag node2 priority=10                 first among equals",
            "  howdah node tag node5 delay=1h no-load-balance    an hour behind, no reads",
            "  howdah node tag node5 upstream=node2              streams from a standby",
            "  howdah node tag node3 never-leader=               takes the tag away"
        },
        description = "Tags a node. They are kept in howdah.yaml and known to every node: never-leader, priority=N, "
                + "no-load-balance, clone-from, non-voter, delay=TIME, upstream=NODE. A node with delay or upstream "
                + "has no vote. Without tags, shows those it has.")
final class NodeTagCommand extends TaskCommand {
    @Parameters(index = "0", paramLabel = "NODE", description = "Which node.")
    private String node = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "KEY[=VALUE]",
            description = "Tags to set; KEY= takes one away.")
    private List<String> changes = new ArrayList<>();

    NodeTagCommand() {
        super("node tag", Duration.ofMinutes(2));
    }

    @Override
    ExitCode run(AdminTask task) {
        Json.Fields before = task.node(node);
        if (changes.isEmpty()) {
            return task.print(
                    Json.fields("node", Json.of(node), "tags", Json.of(before.shown("tags"))), before.shown("tags"));
        }
        Map<String, Json> tags = new LinkedHashMap<>();
        for (String change : changes) {
            String[] parts = change.split("=", 2);
            tags.put(parts[0], Json.of(parts.length == 2 ? parts[1] : "true"));
        }
        Json.Fields result = task.run(
                Json.fields("kind", Json.of("node-tag"), "node", Json.of(node), "tags", new Json.Fields(tags)));
        String now = task.node(node).shown("tags");
        return task.print(result, node + (now.isEmpty() ? " has no tags" : " is tagged " + now));
    }
}
