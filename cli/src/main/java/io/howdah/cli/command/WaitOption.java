package io.howdah.cli.command;

import io.howdah.cli.text.Units;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How long to wait for an operation; the operation itself goes on after that. */
final class WaitOption {
    /** A duration that help pages show as people type it. */
    record Limit(Duration duration) {
        @Override
        public String toString() {
            return Units.compact(duration);
        }
    }

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            order = OptionOrder.WAIT,
            description = "How long to wait, as in 90s or 2m (default: ${DEFAULT-VALUE}).")
    private Limit limit;

    WaitOption(Duration standard) {
        this.limit = new Limit(standard);
    }

    Duration limit() {
        return limit.duration();
    }
}
