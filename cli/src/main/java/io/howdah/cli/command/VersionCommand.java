package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.text.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints what runs. */
@Command(
        name = "howdah version",
        headerHeading = "Examples:%n",
        header = {"  howdah version", "  howdah version -o json"},
        synopsisHeading = "%nUsage: ",
        abbreviateSynopsis = true,
        descriptionHeading = "%n",
        description = "Prints the version of Howdah and of the JDK that runs it.",
        optionListHeading = "%nOptions:%n",
        sortOptions = false)
final class VersionCommand implements HowdahCommand {
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
