package io.howdah.gateway.classify;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Whether the gateway may judge the texts of a session, by what its server reports of its settings. Pure. */
public enum Readability {
    /** Nothing certain can be said: everything goes to the primary. */
    NONE,
    /** Names beyond ASCII may mean something else than their bytes say. */
    ASCII_NAMES,
    FULL;

    /** Client-only encodings whose second byte may look like a quote or a backslash (manual, chapter 24.3). */
    private static final Set<String> AMBIGUOUS =
            Set.of("BIG5", "GB18030", "GBK", "JOHAB", "SJIS", "SHIFT_JIS_2004", "UHC");

    /** @param reported the settings that the server reports, by name */
    public static Readability of(Map<String, String> reported) {
        String client = reported.getOrDefault("client_encoding", "").toUpperCase(Locale.ROOT);
        boolean strings =
                reported.getOrDefault("standard_conforming_strings", "").equals("on");
        if (!strings || client.isEmpty() || AMBIGUOUS.contains(client)) {
            return NONE;
        }
        String server = reported.getOrDefault("server_encoding", "").toUpperCase(Locale.ROOT);
        return client.equals("UTF8") && server.equals("UTF8") ? FULL : ASCII_NAMES;
    }
}
