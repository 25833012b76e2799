package io.howdah.gateway.cache;

import io.howdah.gateway.sql.Lexis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the comments in front of a statement say about the cache: {@code howdah:cache}, {@code howdah:cache=30s} (also ms, min, h) and
 * {@code howdah:cache=off}, for which Pgpool-II's NO QUERY CACHE is another word.
 *
 * @param wanted false to go past the cache
 * @param timeToLive for how long the answer may be given again; empty for the usual time
 */
public record CacheHint(boolean wanted, Optional<Duration> timeToLive) {
    private static final Pattern WORDS = Pattern.compile("howdah:cache(?:=(?:(off)|([0-9]{1,9})(ms|s|min|h)))?");
    private static final String OTHER_OFF = "no query cache";
    private static final CacheHint OFF = new CacheHint(false, Optional.empty());

    /** The first one in the comments that {@code text[from, end)} begins with; what is not understood is a comment like others. */
    static Optional<CacheHint> in(byte[] text, int from, int end) {
        int position = from;
        while (position < end) {
            if (text[position] == ' ' || text[position] == '\n' || text[position] == '\t' || text[position] == '\r') {
                position++;
            } else if (text[position] == '/' && Lexis.follows(text, position, end, '*')) {
                int after = Lexis.afterComment(text, position, end);
                Optional<CacheHint> found = of(text, position + 2, after - 2);
                if (found.isPresent()) {
                    return found;
                }
                position = after;
            } else {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<CacheHint> of(byte[] text, int from, int end) {
        if (end <= from) {
            return Optional.empty();
        }
        String comment = new String(text, from, end - from, StandardCharsets.ISO_8859_1)
                .strip()
                .toLowerCase(Locale.ROOT);
        if (comment.equals(OTHER_OFF)) {
            return Optional.of(OFF);
        }
        Matcher words = WORDS.matcher(comment);
        if (!words.matches()) {
            return Optional.empty();
        }
        if (words.group(1) != null) {
            return Optional.of(OFF);
        }
        if (words.group(2) == null) {
            return Optional.of(new CacheHint(true, Optional.empty()));
        }
        long count = Long.parseLong(words.group(2));
        Duration time = switch (words.group(3)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "min" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
        return Optional.of(time.isZero() ? OFF : new CacheHint(true, Optional.of(time)));
    }
}
