package io.howdah.postgres.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Signals that were sent to a process and that the kernel has not delivered yet; unknown outside of Linux. */
final class PendingSignals {
    private PendingSignals() {}

    static boolean hasHangup(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/status"))
                    .lines()
                    .filter(line -> line.startsWith("SigPnd:") || line.startsWith("ShdPnd:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) & 1L << (Signals.HANGUP - 1)) != 0);
        } catch (IOException | NumberFormatException e) {
            return false;
        }
    }
}
