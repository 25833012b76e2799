package io.howdah.server.configuration;

import java.util.Set;
import java.util.regex.Pattern;

/** Writes the few lines of YAML that our files need; values are quoted whenever a reader might take them for something else. */
final class YamlText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9_./-]*|[0-9]+(\\.[0-9]+){3}");
    private static final Set<String> NOT_TEXT =
            Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf");

    private final StringBuilder text = new StringBuilder(512);

    YamlText comment(String words) {
        text.append("# ").append(words).append('\n');
        return this;
    }

    YamlText line(String key, String value) {
        text.append(key).append(": ").append(quote(value)).append('\n');
        return this;
    }

    YamlText line(String key, long value) {
        text.append(key).append(": ").append(value).append('\n');
        return this;
    }

    YamlText line(String key, boolean value) {
        text.append(key).append(": ").append(value).append('\n');
        return this;
    }

    /** A key whose value follows, indented. */
    YamlText open(String key) {
        text.append(key).append(":\n");
        return this;
    }

    static String quote(String value) {
        if (PLAIN.matcher(value).matches() && !NOT_TEXT.contains(value.toLowerCase(java.util.Locale.ROOT))) {
            return value;
        }
        StringBuilder quoted = new StringBuilder(value.length() + 2).append('"');
        value.codePoints().forEach(point -> {
            switch (point) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                default -> {
                    if (point < 0x20 || point == 0x7F) {
                        quoted.append("\\x%02x".formatted(point));
                    } else {
                        quoted.appendCodePoint(point);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
