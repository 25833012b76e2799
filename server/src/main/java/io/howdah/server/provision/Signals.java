package io.howdah.server.provision;

import io.howdah.server.configuration.ProcessIdentity;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Sends signals, but only to the very process that is meant: the start time is compared right before. */
final class Signals {
    /** The signals that are needed (signal(7)); for PostgreSQL INT is a fast shutdown and QUIT an immediate one. */
    enum Signal {
        TERM,
        INT,
        QUIT,
        KILL
    }

    private Signals() {}

    /** Returns false when the process has already ended, or when the system refuses. */
    static boolean send(ProcessIdentity process, Signal signal) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -%s %d".formatted(signal, process.pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return kill.waitFor(5, TimeUnit.SECONDS) && kill.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
