package io.howdah.cli.command;

import io.howdah.cli.api.AdminClient;
import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.api.Operation;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.ProgressView;
import io.howdah.cli.text.Terminal;
import java.time.Duration;
import java.util.List;

/** One run of a command that needs admin: finding it, asking, showing its progress, printing the end. */
final class AdminTask {
    private final String name;
    private final CommonOptions common;
    private final Duration limit;
    private final boolean json;
    private final CommandContext context;
    private final AdminClient admin;

    /** @param name of the command, as it is typed */
    AdminTask(String name, CommonOptions common, Duration limit, boolean json, CommandContext context) {
        this.name = name;
        this.common = common;
        this.limit = limit;
        this.json = json;
        this.context = context;
        this.admin = find(name, common, context);
    }

    /** Admin, which must run. */
    static AdminClient find(String name, CommonOptions common, CommandContext context) {
        return context.admin(common.existingCluster(context))
                .find()
                .orElseThrow(() -> new CliException(
                        ExitCode.UNREACHABLE,
                        "admin does not run, and '%s' needs it".formatted(name),
                        "nodes and gateways do not: the cluster itself may be well",
                        common.suggest(context, "up")));
    }

    Terminal terminal() {
        return context.terminal();
    }

    boolean printsJson() {
        return json;
    }

    /** A command line that the user can type, for the same cluster. */
    String suggest(String arguments) {
        return common.suggest(context, arguments);
    }

    Json.Fields status() {
        return admin.status();
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
    boolean confirmed(YesOption yes, String question) {
        return yes.said() || noted(terminal().confirm(question));
    }

    /** As {@link #confirmed}, but the user has to type this word. */
    boolean typed(String question, String word) {
        return noted(terminal().typed(question, word));
    }

    private boolean noted(boolean consent) {
        if (!consent) {
            terminal().note("nothing was done");
        }
        return consent;
    }

    Json.Fields run(Json.Fields request) {
        try (ProgressView progress = new ProgressView(terminal(), context.clock(), name);
                Interruption _ = Interruption.explain(terminal(), name, suggest("status"))) {
            return new Operation(admin, context.clock(), progress).run(request, limit);
        }
    }

    /** Has the operation begin later instead, and says so. */
    ExitCode schedule(AtOption.When when, Json.Fields request) {
        Json.Fields made = admin.schedule(when.seenFrom(context.clock()), request);
        return print(
                made,
                "scheduled for %s as %s: %s; '%s' takes it back"
                        .formatted(
                                made.shown("at"),
                                made.shown("id"),
                                ScheduleListCommand.what(made.fields("operation")),
                                suggest("schedule cancel " + made.shown("id"))));
    }

    /** Prints the result: the document for scripts, the sentence for people. */
    ExitCode print(Json.Fields result, String sentence) {
        terminal().out().println(json ? JsonWriter.indented(result) : sentence);
        return ExitCode.OK;
    }
}
