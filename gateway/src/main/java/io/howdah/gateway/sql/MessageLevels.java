package io.howdah.gateway.sql;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code client_min_messages = error} hides the warning by which PostgreSQL says that a commit's wait for its quorum was cut short
 * (syncrep.c). So servers are never told of it: they get a level that lets warnings through, in as many bytes, and the gateway keeps
 * them from the client. The statements are rare, so this may use regular expressions.
 */
public final class MessageLevels {
    public static final String SETTING = "client_min_messages";

    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|--[^\\n]*", Pattern.DOTALL);
    private static final String ERROR = "('+error'+|\"error\"|error\\b)";
    private static final Pattern ASSIGNED = Pattern.compile(
            "\\bset\\s+(?:session\\s+|local\\s+)?\"?" + SETTING + "\"?\\s*(?:=|\\bto\\b)\\s*" + ERROR, FLAGS);
    private static final Pattern CALLED =
            Pattern.compile("\\bset_config\"?\\s*\\(\\s*'+" + SETTING + "'+\\s*,\\s*" + ERROR, FLAGS);
    private static final Pattern OPTION =
            Pattern.compile("(client[_-]min[_-]messages\\s*=\\s*)error\\b", Pattern.CASE_INSENSITIVE);

    private MessageLevels() {}

    /** Replaces the level in {@code text[start, end)} where it is too high. Says whether there was one. */
    public static boolean soften(byte[] text, int start, int end) {
        String readable = new String(text, start, end - start, StandardCharsets.ISO_8859_1);
        if (!readable.toLowerCase(Locale.ROOT).contains(SETTING)) {
            return false;
        }
        // The comments are blotted out, so that everything keeps its place.
        String bare = COMMENT.matcher(readable)
                .replaceAll(comment -> " ".repeat(comment.group().length()));
        boolean assigned = soften(ASSIGNED.matcher(bare), text, start);
        boolean called = soften(CALLED.matcher(bare), text, start);
        return assigned || called;
    }

    private static boolean soften(Matcher place, byte[] text, int offset) {
        boolean found = false;
        while (place.find()) {
            found = true;
            // INFO is the longest name of a level below WARNING that fits, and means the same as NOTICE here.
            String level = place.group(1).toLowerCase(Locale.ROOT).replaceFirst("error(['\"]*)", "info$1 ");
            byte[] bytes = level.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(bytes, 0, text, offset + place.start(1), bytes.length);
        }
        return found;
    }

    /** Whether a SET hides warnings. */
    public static boolean isQuiet(Statement set) {
        return soften(set.text().clone(), 0, set.text().length);
    }

    /** Whether start-up parameters, PGOPTIONS among them, hide warnings. */
    public static boolean isQuiet(Map<String, String> startup) {
        return !startup.equals(softened(startup));
    }

    /** Start-up parameters that let warnings through. */
    public static SequencedMap<String, String> softened(Map<String, String> startup) {
        SequencedMap<String, String> softened = new LinkedHashMap<>(startup);
        softened.replaceAll((name, value) -> {
            if (name.equalsIgnoreCase(SETTING)) {
                return value.equalsIgnoreCase("error") ? "warning" : value;
            }
            // The server removes backslashes before it reads the options.
            return name.equals("options")
                            && OPTION.matcher(value.replace("\\", "")).find()
                    ? OPTION.matcher(value.replace("\\", "")).replaceAll("$1warning")
                    : value;
        });
        return softened;
    }
}
