package io.howdah.gateway.console;

import io.howdah.gateway.metrics.QueryReport;
import io.howdah.gateway.metrics.QueryReport.Totals;
import java.time.Instant;

/** SHOW QUERIES: the statements that took most of the time, by shape. Times are microseconds, as everywhere on the console. */
final class QueryTable {
    private static final int SHOWN = 100;
    private static final long NANOS_PER_MICRO = 1_000;

    private QueryTable() {}

    static Answer of(QueryReport report) {
        TableBuilder table =
                new TableBuilder("query_id database user #calls #total_time #mean_time #max_time #wait_time"
                        + " #rows #bytes #errors #primary #standby since query");
        report.queries().stream()
                .limit(SHOWN)
                .forEach(query -> row(
                        table,
                        Long.toHexString(query.key()),
                        query.database(),
                        query.user(),
                        query.totals(),
                        Instant.ofEpochMilli(query.sinceMillis()).toString(),
                        query.text()));
        Totals others = report.queries().stream()
                .skip(SHOWN)
                .map(QueryReport.Query::totals)
                .reduce(Totals.NOTHING, Totals::plus);
        if (report.queries().size() > SHOWN) {
            row(
                    table,
                    "",
                    "",
                    "",
                    others,
                    "",
                    "(%d more)".formatted(report.queries().size() - SHOWN));
        }
        if (report.evictions() > 0) {
            String words = "(%d that took too little to be kept)".formatted(report.evictions());
            row(table, "", "", "", report.evicted(), "", words);
        }
        return table.answer();
    }

    private static void row(
            TableBuilder table, String key, String database, String user, Totals totals, String since, String text) {
        table.row(
                key,
                database,
                user,
                totals.calls(),
                totals.totalNanos() / NANOS_PER_MICRO,
                totals.meanNanos() / NANOS_PER_MICRO,
                totals.maximumNanos() / NANOS_PER_MICRO,
                totals.waitNanos() / NANOS_PER_MICRO,
                totals.rows(),
                totals.bytes(),
                totals.errors(),
                totals.onPrimary(),
                totals.onStandby(),
                since,
                text);
    }
}
