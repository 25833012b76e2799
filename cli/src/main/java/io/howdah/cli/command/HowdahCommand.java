package io.howdah.cli.command;

import io.howdah.cli.text.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** One command, its options already parsed into its fields. The headings of every help page are here. */
@Command(
        headerHeading = "Examples:%n",
        synopsisHeading = "%nUsage: ",
        abbreviateSynopsis = true,
        descriptionHeading = "%n",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        sortOptions = false)
abstract class HowdahCommand {
    @Mixin
    private CommonOptions common = new CommonOptions();

    final CommonOptions common() {
        return common;
    }

    abstract ExitCode run(CommandContext context);
}
