package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Terminal;
import io.howdah.cli.text.Units;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has the gateways' query caches forget answers. */
@Command(
        name = "howdah cache invalidate",
        header = {
            "  howdah cache invalidate                        forget everything, on all gateways",
            "  howdah cache invalidate --table shop.prices    only what was read from that table",
            "  howdah cache invalidate --database shop -o json"
        },
        description =
                "Has the gateways forget answers that they keep. Changes of tables need no such thing: this is for"
                        + " functions that are called immutable and are not, and for peace of mind.")
final class CacheInvalidateCommand extends HowdahCommand {
    @Option(names = "--table", paramLabel = "TABLE", description = "Its name, with or without schema (default: all).")
    private String table = "";

    @Option(names = "--database", paramLabel = "DATABASE", description = "As clients call it (default: all).")
    private String database = "";

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    ExitCode run(CommandContext context) {
        Json.Fields answer =
                AdminTask.find("cache invalidate", common(), context).invalidateCache(database, table);
        Terminal terminal = context.terminal();
        if (output.isJson()) {
            terminal.out().println(JsonWriter.indented(answer));
        } else {
            terminal.out()
                    .println("forgot %s answers, %s, on %d gateways"
                            .formatted(
                                    answer.shown("cached_queries_cleared"),
                                    Units.bytes(answer.number("memory_freed_bytes")),
                                    answer.list("gateways").size()));
        }
        answer.texts("missing").forEach(gateway -> terminal.note(gateway + " did not answer and may keep its answers"));
        return answer.texts("missing").isEmpty() ? ExitCode.OK : ExitCode.DEGRADED;
    }
}
