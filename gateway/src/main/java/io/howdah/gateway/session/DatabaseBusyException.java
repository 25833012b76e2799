package io.howdah.gateway.session;

import java.time.Duration;
import java.util.Collection;

/** Databases could not be moved because something in them did not end; they are where they were. */
public final class DatabaseBusyException extends RuntimeException {
    DatabaseBusyException(Collection<String> databases, Duration waited) {
        super(
                "requests or transactions in %s did not end within %d ms, so no database was moved; SHOW CLIENTS on the console tells whose"
                        .formatted(String.join(", ", databases), waited.toMillis()));
    }
}
