package io.howdah.server.http;

import io.howdah.gateway.metrics.QueryReport;
import io.howdah.gateway.metrics.QueryReport.Query;
import io.howdah.gateway.metrics.QueryReport.Totals;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The statements that took most of a gateway's time, as JSON. Times are nanoseconds between processes. */
public final class QueryDocument {
    private QueryDocument() {}

    /** @param limit how many of them; what the others did together is in {@code others} */
    public static ObjectNode write(QueryReport report, int limit) {
        ObjectNode document = JsonMapper.shared().createObjectNode();
        var queries = document.putArray("queries");
        report.queries().stream().limit(limit).forEach(query -> {
            ObjectNode one = queries.addObject()
                    .put("query_id", Long.toHexString(query.key()))
                    .put("database", query.database())
                    .put("user", query.user())
                    .put("query", query.text())
                    .put("since_ms", query.sinceMillis());
            put(one, query.totals());
        });
        put(
                document.putObject("others"),
                report.queries().stream().skip(limit).map(Query::totals).reduce(Totals.NOTHING, Totals::plus));
        put(document.putObject("evicted"), report.evicted());
        document.put("evictions", report.evictions());
        return document;
    }

    private static void put(ObjectNode target, Totals totals) {
        target.put("calls", totals.calls())
                .put("total_ns", totals.totalNanos())
                .put("mean_ns", totals.meanNanos())
                .put("max_ns", totals.maximumNanos())
                .put("wait_ns", totals.waitNanos())
                .put("rows", totals.rows())
                .put("bytes", totals.bytes())
                .put("errors", totals.errors())
                .put("primary", totals.onPrimary())
                .put("standby", totals.onStandby());
    }

    /** @throws MalformedDocumentException when it is something else */
    public static QueryReport parse(String json) {
        try {
            JsonNode document = JsonMapper.shared().readTree(json);
            List<Query> queries = new ArrayList<>();
            document.path("queries")
                    .forEach(one -> queries.add(new Query(
                            Long.parseUnsignedLong(one.path("query_id").asString(), 16),
                            one.path("database").asString(),
                            one.path("user").asString(),
                            one.path("query").asString(),
                            one.path("since_ms").asLong(),
                            totals(one))));
            return new QueryReport(
                    queries,
                    totals(document.path("evicted")),
                    document.path("evictions").asLong());
        } catch (JacksonException | NumberFormatException e) {
            throw new MalformedDocumentException("these are not a gateway's queries: " + e.getMessage(), e);
        }
    }

    private static Totals totals(JsonNode node) {
        return new Totals(
                node.path("calls").asLong(),
                node.path("total_ns").asLong(),
                node.path("max_ns").asLong(),
                node.path("wait_ns").asLong(),
                node.path("rows").asLong(),
                node.path("bytes").asLong(),
                node.path("errors").asLong(),
                node.path("primary").asLong(),
                node.path("standby").asLong());
    }
}
