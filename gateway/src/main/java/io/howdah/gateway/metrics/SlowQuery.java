package io.howdah.gateway.metrics;

import java.util.Locale;

/**
 * A request that took long.
 *
 * @param client its address
 * @param node that served it
 * @param text its shape, or the text as it was sent where that is configured
 */
public record SlowQuery(
        String database,
        String user,
        String applicationName,
        String client,
        String node,
        long tookNanos,
        long waitedNanos,
        long rows,
        long bytes,
        long errors,
        String text) {
    private static final double NANOS_PER_MILLI = 1e6;

    /** For people. */
    String line(long leftOut) {
        return String.format(
                Locale.ROOT,
                "slow query: %.3f ms (waited %.3f ms) database=%s user=%s application=%s client=%s node=%s rows=%d bytes=%d"
                        + " errors=%d%s: %s",
                tookNanos / NANOS_PER_MILLI,
                waitedNanos / NANOS_PER_MILLI,
                database,
                user,
                applicationName,
                client,
                node,
                rows,
                bytes,
                errors,
                leftOut == 0 ? "" : " left_out=" + leftOut,
                text.replace('\n', ' ').replace('\r', ' '));
    }

    /** For programs; one line. */
    String json(String time, long leftOut) {
        StringBuilder json = new StringBuilder(512).append("{\"time\":");
        quote(json, time);
        json.append(",\"event\":\"slow_query\"");
        field(json, "database", database);
        field(json, "user", user);
        field(json, "application_name", applicationName);
        field(json, "client", client);
        field(json, "node", node);
        json.append(String.format(
                Locale.ROOT,
                ",\"duration_ms\":%.3f,\"wait_ms\":%.3f,\"rows\":%d,\"bytes\":%d,\"errors\":%d,\"left_out\":%d",
                tookNanos / NANOS_PER_MILLI,
                waitedNanos / NANOS_PER_MILLI,
                rows,
                bytes,
                errors,
                leftOut));
        field(json, "query", text);
        return json.append('}').toString();
    }

    private static void field(StringBuilder json, String name, String value) {
        json.append(",\"").append(name).append("\":");
        quote(json, value);
    }

    /** RFC 8259, section 7. */
    private static void quote(StringBuilder json, String value) {
        json.append('"');
        value.chars().forEach(character -> {
            if (character == '"' || character == '\\') {
                json.append('\\').append((char) character);
            } else if (character < ' ') {
                json.append(String.format(Locale.ROOT, "\\u%04x", character));
            } else {
                json.append((char) character);
            }
        });
        json.append('"');
    }
}
