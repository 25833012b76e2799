package io.howdah.server.configuration;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a configuration file was replaced and has it read again, on a virtual thread of its own. It looks a few
 * times a second, which costs less than it takes to explain why a notification did not come.
 */
@ThreadSafe
public final class FileWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final Path file;
    private final Runnable changed;
    private final Thread thread;
    private volatile boolean closed; // set by any thread, read by the watching one

    private FileWatch(Path file, Runnable changed) {
        this.file = file;
        this.changed = changed;
        this.thread = Thread.ofVirtual().name("watch-" + file.getFileName()).unstarted(this::run);
    }

    /** Begins to look; {@code changed} runs after each replacement, and what it throws is logged. */
    public static FileWatch start(Path file, Runnable changed) {
        FileWatch watch = new FileWatch(file, changed);
        watch.thread.start();
        return watch;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        String seen = look();
        while (!closed) {
            try {
                Thread.sleep(INTERVAL);
            } catch (InterruptedException e) {
                return;
            }
            String now = look();
            if (!now.isEmpty() && !now.equals(seen)) {
                seen = now;
                try {
                    changed.run();
                } catch (RuntimeException e) {
                    LOG.warn("{} was changed and cannot be used: {}", file, e.getMessage());
                }
            }
        }
    }

    /** What tells one version of the file from another; empty while there is none. */
    private String look() {
        try {
            return Files.readAttributes(file, "unix:ino,lastModifiedTime,size").toString();
        } catch (IOException e) {
            return "";
        }
    }
}
