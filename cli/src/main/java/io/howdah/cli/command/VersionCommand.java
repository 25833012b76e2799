package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.text.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints what runs. */
@Command(
        name = "howdah version",
        header = {"  howdah version", "  howdah version -o json"},
        description = "Prints the version of Howdah and of the JDK that runs it.")
final class VersionCommand extends HowdahCommand {
    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    ExitCode run(CommandContext context) {
        String jdk = Runtime.version().toString();
        context.terminal()
                .out()
                .println(
                        output.isJson()
                                ? JsonWriter.indented(
                                        Json.fields("version", Json.of(context.version()), "jdk", Json.of(jdk)))
                                : "howdah %s (JDK %s)".formatted(context.version(), jdk));
        return ExitCode.OK;
    }
}
