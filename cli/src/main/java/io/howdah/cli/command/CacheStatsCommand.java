package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Table;
import io.howdah.cli.text.Table.Cell;
import io.howdah.cli.text.Terminal;
import io.howdah.cli.text.Units;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what the gateways' query caches hold and have done. */
@Command(
        name = "howdah cache stats",
        header = {
            "  howdah cache stats           what each gateway has cached, and how often that helped",
            "  howdah cache stats -o json   for scripts, with why questions went past the cache"
        },
        description = "Shows the query cache of each gateway since it was started. HIT % counts all questions for which"
                + " the cache was wanted; PAST are those that it could not serve, whatever it had.")
final class CacheStatsCommand extends HowdahCommand {
    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    ExitCode run(CommandContext context) {
        Json.Fields answer = AdminTask.find("cache stats", common(), context).cache();
        Terminal terminal = context.terminal();
        if (output.isJson()) {
            terminal.out().println(JsonWriter.indented(answer));
            return ExitCode.OK;
        }
        Table table = new Table(
                List.of("GATEWAY", "ANSWERS", "MEMORY", "OF", "HITS", "MISSES", "PAST", "HIT %", "OUTDATED", "STATE"),
                Set.of(1, 2, 3, 4, 5, 6, 7, 8));
        answer.list("gateways").forEach(gateway -> add(table, gateway));
        table.render(terminal).forEach(terminal.out()::println);
        answer.texts("missing").forEach(gateway -> terminal.note(gateway + " did not answer"));
        return ExitCode.OK;
    }

    private static void add(Table table, Json.Fields gateway) {
        Json.Fields bypassed = gateway.fields("bypassed");
        long past =
                bypassed.members().keySet().stream().mapToLong(bypassed::number).sum();
        table.add(
                Cell.of(gateway.shown("gateway")),
                Cell.of(gateway.shown("entries")),
                Cell.of(Units.bytes(gateway.number("bytes"))),
                Cell.of(Units.bytes(gateway.number("max_bytes"))),
                Cell.of(gateway.shown("hits")),
                Cell.of(gateway.shown("misses")),
                Cell.of(Long.toString(past)),
                Cell.of(String.format(Locale.ROOT, "%.1f", Double.parseDouble(gateway.shown("hit_percent")))),
                Cell.of(gateway.shown("outdated")),
                Cell.of(gateway.shown("state")));
    }
}
