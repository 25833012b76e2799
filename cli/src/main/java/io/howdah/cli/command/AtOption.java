package io.howdah.cli.command;

import io.howdah.cli.text.Units;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** When to do it, for what can also be done later. */
final class AtOption {
    /** A point in time, or so long from now. */
    sealed interface When {
        Instant seenFrom(InstantSource clock);
    }

    private record From(Duration now) implements When {
        @Override
        public Instant seenFrom(InstantSource clock) {
            // To the second, and never earlier.
            return clock.instant().plus(now).plusMillis(999).truncatedTo(ChronoUnit.SECONDS);
        }
    }

    private record On(Instant instant) implements When {
        @Override
        public Instant seenFrom(InstantSource clock) {
            return instant;
        }
    }

    @Option(
            names = "--at",
            paramLabel = "TIME",
            order = OptionOrder.AT,
            description = "Do it then: 2026-11-22T03:00Z, 2026-11-22T03:00 in this machine's zone, or +10m.")
    private @Nullable When when;

    /** Empty to do it now. */
    Optional<When> when() {
        return Optional.ofNullable(when);
    }

    static When parse(String text, ZoneId zone) {
        try {
            if (text.startsWith("+")) {
                return new From(Units.duration(text.substring(1)));
            }
            boolean zoned = text.matches(".*(Z|[+-]\\d\\d(:?\\d\\d)?)$") && text.contains("T");
            return new On(
                    zoned
                            ? OffsetDateTime.parse(text).toInstant()
                            : LocalDateTime.parse(text).atZone(zone).toInstant());
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new TypeConversionException(
                    "'%s' is not a time such as 2026-11-22T03:00Z, 2026-11-22T03:00 or +10m".formatted(text));
        }
    }
}
