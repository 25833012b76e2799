package io.howdah.server.http;

import io.howdah.gateway.cache.CacheInvalidation;
import io.howdah.gateway.cache.CacheStatistics;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The query cache of a gateway, as JSON. */
public final class CacheDocument {
    private CacheDocument() {}

    public static ObjectNode write(CacheStatistics now) {
        ObjectNode document = JsonMapper.shared()
                .createObjectNode()
                .put("state", now.state())
                .put("entries", now.entries())
                .put("bytes", now.bytes())
                .put("max_bytes", now.maximumBytes())
                .put("hits", now.hits())
                .put("misses", now.misses())
                .put("hit_percent", now.hitPercent())
                .put("stored", now.stored())
                .put("outdated", now.outdated())
                .put("evicted", now.evicted());
        ObjectNode bypassed = document.putObject("bypassed");
        now.bypassed().forEach((reason, count) -> bypassed.put(reason.name().toLowerCase(Locale.ROOT), count));
        return document;
    }

    public static ObjectNode write(CacheInvalidation done) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("answers", done.answers())
                .put("bytes", done.bytes());
    }
}
