package io.howdah.server.topology;

import java.util.regex.Pattern;

/** The one rule for keys, the same for every store. */
final class TopologyKeys {
    private static final Pattern PERMITTED = Pattern.compile("(/[A-Za-z0-9_.-]{1,64}){1,8}");

    private TopologyKeys() {}

    static void require(String key) {
        if (!PERMITTED.matcher(key).matches()) {
            throw new IllegalArgumentException("'%s' is not a key such as /cells/zone1".formatted(key));
        }
    }
}
