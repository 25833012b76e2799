package io.howdah.cli.command;

import io.howdah.cli.text.ExitCode;

/** One command, its options already parsed into its fields. */
interface HowdahCommand {
    CommonOptions common();

    ExitCode run(CommandContext context);
}
