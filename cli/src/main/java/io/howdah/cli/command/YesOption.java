package io.howdah.cli.command;

import picocli.CommandLine.Option;

/** Consent given beforehand, for scripts. */
final class YesOption {
    @Option(
            names = {"-y", "--yes"},
            order = OptionOrder.YES,
            description = "Do not ask.")
    private boolean yes;

    boolean said() {
        return yes;
    }
}
