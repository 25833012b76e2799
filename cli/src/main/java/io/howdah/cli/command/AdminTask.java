package io.howdah.cli.command;

import io.howdah.cli.api.AdminClient;
import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.api.Operation;
import io.howdah.cli.local.ClusterDirectory;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.ProgressView;
import java.time.Duration;
import java.util.List;

/** What the commands share that have admin do something: finding it, showing its progress, printing the end. */
final class AdminTask {
    private final String name;
    private final CommonOptions common;
    private final CommandContext context;
    private final AdminClient admin;

    /** @param name of the command, as it is typed */
    AdminTask(String name, CommonOptions common, CommandContext context) {
        this.name = name;
        this.common = common;
        this.context = context;
        ClusterDirectory directory = common.existingCluster(context);
        this.admin = context.admin(directory)
                .find()
                .orElseThrow(() -> new CliException(
                        ExitCode.UNREACHABLE,
                        "admin does not run, and '%s' needs it".formatted(name),
                        "nodes and gateways do not: the cluster itself may be well",
                        common.suggest(context, "up")));
    }

    Json.Fields status() {
        return admin.status();
    }

    Json.Fields history(int limit) {
        return admin.history(limit);
    }

    /** Refuses a name that no node has. */
    Json.Fields node(String id) {
        List<Json.Fields> nodes = status().list("nodes");
        return nodes.stream()
                .filter(node -> node.shown("id").equals(id))
                .findFirst()
                .orElseThrow(() -> Endpoints.missing(
                        "node", id, nodes.stream().map(node -> node.shown("id")).toList()));
    }

    /** False when the user said no; then that has been noted. */
    boolean confirmed(boolean yes, String question) {
        if (yes || context.terminal().confirm(question)) {
            return true;
        }
        context.terminal().note("nothing was done");
        return false;
    }

    Json.Fields run(Json.Fields request, Duration limit) {
        try (ProgressView progress = new ProgressView(context.terminal(), context.clock(), name);
                Interruption _ = Interruption.explain(context.terminal(), name, common.suggest(context, "status"))) {
            return new Operation(admin, context.clock(), progress).run(request, limit);
        }
    }

    /** Prints the result of an operation that changed nodes. */
    ExitCode print(Json.Fields result, OutputOption output, String sentence) {
        if (output.isJson()) {
            context.terminal().out().println(JsonWriter.indented(result));
        } else {
            context.terminal().out().println(sentence);
        }
        return ExitCode.OK;
    }
}
