package io.howdah.server.gateway;

import io.howdah.gateway.cache.CacheStatistics;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Locale;

/**
 * What {@code /metrics} of a gateway says of its query cache.
 *
 * @param own the gateway's labels
 */
record CacheMetrics(Labels own) {
    void add(CacheStatistics now, List<MetricSnapshot> all) {
        all.add(gauge("howdah_cache_entries", "Answers that are kept", (double) now.entries()));
        all.add(gauge("howdah_cache_bytes", "What they take of the memory, about", (double) now.bytes()));
        all.add(gauge("howdah_cache_max_bytes", "What they may take", (double) now.maximumBytes()));
        all.add(counter("howdah_cache_hits", "Answers given again", (double) now.hits()));
        all.add(counter(
                "howdah_cache_misses", "Questions that could be cached and had to be asked", (double) now.misses()));
        all.add(counter("howdah_cache_stored", "Answers kept", (double) now.stored()));
        all.add(counter("howdah_cache_outdated", "Answers that were out of date when they were asked for", (double)
                now.outdated()));
        all.add(counter("howdah_cache_evicted", "Answers removed for want of memory or because of their age", (double)
                now.evicted()));
        CounterSnapshot.Builder bypassed = CounterSnapshot.builder()
                .name("howdah_cache_bypassed")
                .help("Questions for which the cache was wanted that went past it, by reason");
        now.bypassed()
                .forEach((reason, count) -> bypassed.dataPoint(CounterDataPointSnapshot.builder()
                        .labels(own.add("reason", reason.name().toLowerCase(Locale.ROOT)))
                        .value((double) count)
                        .build()));
        all.add(bypassed.build());
    }

    private GaugeSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(own)
                        .value(value)
                        .build())
                .build();
    }

    private CounterSnapshot counter(String name, String help, double value) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(CounterDataPointSnapshot.builder()
                        .labels(own)
                        .value(value)
                        .build())
                .build();
    }
}
