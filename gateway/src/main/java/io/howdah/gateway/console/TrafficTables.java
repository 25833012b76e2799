package io.howdah.gateway.console;

import io.howdah.gateway.metrics.Averages;
import io.howdah.gateway.metrics.Averages.Average;
import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.metrics.Traffic.Totals;
import java.util.Map;
import java.util.TreeMap;

/** SHOW STATS and its relatives, with PgBouncer 1.18's columns. Times are microseconds. */
final class TrafficTables {
    private final Map<String, Totals> traffic;
    private final Averages averages;
    private final long nowNanos;

    TrafficTables(GatewayReport report, Averages averages, long nowNanos) {
        this.traffic = new TreeMap<>(report.traffic());
        this.averages = averages;
        this.nowNanos = nowNanos;
    }

    private static long micros(long nanos) {
        return nanos / 1000;
    }

    private Average average(String database, Totals totals) {
        return averages.of(database, totals, nowNanos);
    }

    Answer stats() {
        TableBuilder table =
                new TableBuilder("database #total_xact_count #total_query_count #total_received #total_sent"
                        + " #total_xact_time #total_query_time #total_wait_time #avg_xact_count #avg_query_count #avg_recv"
                        + " #avg_sent #avg_xact_time #avg_query_time #avg_wait_time");
        traffic.forEach((database, totals) -> {
            Average average = average(database, totals);
            table.row(
                    database,
                    totals.transactions(),
                    totals.queries(),
                    totals.receivedBytes(),
                    totals.sentBytes(),
                    micros(totals.transactionNanos()),
                    micros(totals.queryNanos()),
                    micros(totals.waitNanos()),
                    average.transactions(),
                    average.queries(),
                    average.receivedBytes(),
                    average.sentBytes(),
                    average.transactionMicros(),
                    average.queryMicros(),
                    average.waitMicros());
        });
        return table.answer();
    }

    private static TableBuilder narrow() {
        return new TableBuilder(
                "database #xact_count #query_count #bytes_received #bytes_sent #xact_time #query_time" + " #wait_time");
    }

    Answer totals() {
        TableBuilder table = narrow();
        traffic.forEach((database, totals) -> table.row(
                database,
                totals.transactions(),
                totals.queries(),
                totals.receivedBytes(),
                totals.sentBytes(),
                micros(totals.transactionNanos()),
                micros(totals.queryNanos()),
                micros(totals.waitNanos())));
        return table.answer();
    }

    Answer averages() {
        TableBuilder table = narrow();
        traffic.forEach((database, totals) -> {
            Average average = average(database, totals);
            table.row(
                    database,
                    average.transactions(),
                    average.queries(),
                    average.receivedBytes(),
                    average.sentBytes(),
                    average.transactionMicros(),
                    average.queryMicros(),
                    average.waitMicros());
        });
        return table.answer();
    }

    Answer sums() {
        Totals all = traffic.values().stream().reduce(Totals.NOTHING, Totals::plus);
        long transactions = 0;
        long queries = 0;
        long received = 0;
        long sent = 0;
        long transactionMicros = 0;
        long queryMicros = 0;
        long waitMicros = 0;
        for (Map.Entry<String, Totals> entry : traffic.entrySet()) {
            Average average = average(entry.getKey(), entry.getValue());
            transactions += average.transactions();
            queries += average.queries();
            received += average.receivedBytes();
            sent += average.sentBytes();
            transactionMicros += average.transactionMicros();
            queryMicros += average.queryMicros();
            waitMicros += average.waitMicros();
        }
        return new TableBuilder("name #value")
                .row("total_xact_count", all.transactions())
                .row("total_query_count", all.queries())
                .row("total_client_bytes", all.receivedBytes())
                .row("total_server_bytes", all.sentBytes())
                .row("total_xact_time", micros(all.transactionNanos()))
                .row("total_query_time", micros(all.queryNanos()))
                .row("total_wait_time", micros(all.waitNanos()))
                .row("avg_xact_count", transactions)
                .row("avg_query_count", queries)
                .row("avg_client_bytes", received)
                .row("avg_server_bytes", sent)
                .row("avg_xact_time", transactionMicros)
                .row("avg_query_time", queryMicros)
                .row("avg_wait_time", waitMicros)
                .answer();
    }
}
