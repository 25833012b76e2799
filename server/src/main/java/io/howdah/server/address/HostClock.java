package io.howdah.server.address;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Milliseconds since the host was started, from {@code /proc/uptime} (proc(5)), in hundredths of a second. Goes on while the host is
 * suspended, which {@link System#nanoTime} does not, and a shell can read it as well.
 */
final class HostClock implements LongSupplier {
    private static final Path UPTIME = Path.of("/proc/uptime");

    @Override
    public long getAsLong() {
        try {
            String text = Files.readString(UPTIME);
            String seconds = text.substring(0, text.indexOf(' '));
            return Long.parseLong(seconds.replace(".", "")) * 10;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + UPTIME, e);
        }
    }
}
