package io.howdah.gateway.metrics;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Writes requests that took long to the log, a bounded number each second. Used on one event loop only. */
public final class SlowQueryLog {
    private final InstantSource clock;
    private final BiConsumer<SlowQuerySettings.Format, String> lines;
    private SlowQuerySettings settings;
    private long secondNanos;
    private int written;
    private long leftOut;

    /** @param lines gets each line, without its end */
    public SlowQueryLog(
            SlowQuerySettings settings, InstantSource clock, BiConsumer<SlowQuerySettings.Format, String> lines) {
        this.settings = settings;
        this.clock = clock;
        this.lines = lines;
    }

    /**
     * Other rules from now on.
     *
     * @param changed an object of its own for each change, so that who goes by them notices
     */
    public void settings(SlowQuerySettings changed) {
        settings = changed;
    }

    public SlowQuerySettings settings() {
        return settings;
    }

    /** Writes it, unless this second has had its share. */
    public void write(SlowQuery query, long nowNanos) {
        if (nowNanos - secondNanos >= TimeUnit.SECONDS.toNanos(1)) {
            secondNanos = nowNanos;
            written = 0;
        }
        if (written >= settings.perSecond()) {
            leftOut++;
            return;
        }
        written++;
        lines.accept(
                settings.format(),
                switch (settings.format()) {
                    case LINE -> query.line(leftOut);
                    case JSON -> query.json(clock.instant().toString(), leftOut);
                });
        leftOut = 0;
    }
}
