package io.howdah.cli.command;

import picocli.CommandLine.Option;

/** The choice between output for people and output for programs. */
final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            order = OptionOrder.OUTPUT,
            description = "table or json (default: table).")
    private OutputFormat format = OutputFormat.TABLE;

    boolean isJson() {
        return format == OutputFormat.JSON;
    }
}
