package io.howdah.gateway.console;

import io.howdah.gateway.cache.CacheBypass;
import io.howdah.gateway.cache.CacheStatistics;
import java.util.Locale;

/** SHOW CACHE: what the query cache holds and has done since the gateway was started. */
final class CacheTable {
    private CacheTable() {}

    static Answer of(CacheStatistics now) {
        return new TableBuilder("state #entries #bytes #max_bytes #hits #misses hit_ratio #stored #outdated #evicted"
                        + " #not_current #own_writes #changing #not_cacheable #too_long")
                .row(
                        now.state(),
                        now.entries(),
                        now.bytes(),
                        now.maximumBytes(),
                        now.hits(),
                        now.misses(),
                        String.format(Locale.ROOT, "%.2f", now.hitPercent() / 100),
                        now.stored(),
                        now.outdated(),
                        now.evicted(),
                        now.bypassed(CacheBypass.NOT_CURRENT),
                        now.bypassed(CacheBypass.OWN_WRITES),
                        now.bypassed(CacheBypass.CHANGING),
                        now.bypassed(CacheBypass.NOT_CACHEABLE),
                        now.bypassed(CacheBypass.TOO_LONG))
                .answer();
    }
}
