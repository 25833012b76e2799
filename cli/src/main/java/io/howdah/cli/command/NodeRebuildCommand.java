package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a node copy its data anew. */
@Command(
        name = "howdah node rebuild",
        header = {
            "  howdah node rebuild node3                            copied from the leader",
            "  howdah node rebuild node3 --from node2               copied from that node",
            "  howdah node rebuild node3 --from backup:/base/friday from a base backup, the rest from the leader",
            "  howdah node rebuild node3 --discard                  the former data is removed at once"
        },
        description =
                "Copies a standby's data anew. The former data is kept beside it, once, as pgdata.before-clone. Until its "
                        + "log has passed what the leader had at the start the node does not vote. A base backup is a directory "
                        + "on the node's host in the plain format of pg_basebackup; it is checked against its manifest.")
final class NodeRebuildCommand extends TaskCommand {
    @Parameters(index = "0", paramLabel = "NODE", description = "Which node.")
    private String node = "";

    private static final String BACKUP = "backup:";

    @Option(names = "--from", paramLabel = "leader|NODE|backup:DIRECTORY", description = "What to copy.")
    private String from = "";

    @Option(names = "--discard", description = "Remove the former data instead of keeping it beside.")
    private boolean discard;

    @Mixin
    private YesOption yes = new YesOption();

    NodeRebuildCommand() {
        super("node rebuild", Duration.ofHours(1));
    }

    @Override
    ExitCode run(AdminTask task) {
        task.node(node);
        boolean backup = from.startsWith(BACKUP);
        String source = from.equals("leader") ? task.status().shown("leader") : from;
        String fate = discard ? "is removed" : "is kept beside it";
        if (!task.confirmed(yes, "Copy the data of %s anew? What it has now %s.".formatted(node, fate))) {
            return ExitCode.REFUSED;
        }
        Json.Fields result = task.run(Json.fields(
                "kind",
                Json.of("node-rebuild"),
                "node",
                Json.of(node),
                backup ? "backup" : "from",
                Json.of(backup ? from.substring(BACKUP.length()) : source),
                "discard",
                Json.of(discard)));
        return task.print(result, node + " has a new copy");
    }
}
