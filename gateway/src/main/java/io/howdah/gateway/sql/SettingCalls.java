package io.howdah.gateway.sql;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads statements that change settings by a function, or that name {@code synchronous_commit}. They are rare, so this may use regular
 * expressions. Lowering {@code synchronous_commit} makes PostgreSQL acknowledge commits that a failover undoes.
 */
final class SettingCalls {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;
    private static final String COMMIT_LEVEL = "synchronous_commit";
    private static final Set<String> STRONG = Set.of("on", "remote_apply", "true", "yes", "1", "default");
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|--[^\\n]*", Pattern.DOTALL);
    private static final Pattern WHOLE_CALL = Pattern.compile(
            "\\s*SELECT\\s+(?:pg_catalog\\s*\\.\\s*)?set_config\\s*\\(\\s*'([\\w.$]+)'\\s*,\\s*'[^'\\\\]*'\\s*,\\s*"
                    + "(?:'?(true|false|t|f|on|off|yes|no|1|0)'?)(?:\\s*::\\s*bool(?:ean)?)?\\s*\\)\\s*(?:AS\\s+\\w+\\s*)?",
            FLAGS);
    private static final Pattern CALL =
            Pattern.compile("\\bset_config\"?\\s*\\(\\s*(?:'([^']*)'\\s*,\\s*('[^']*'|[^,]*),\\s*([^)]*))?", FLAGS);
    private static final Pattern ASSIGNMENT = Pattern.compile(
            "\\bset\\s+(?:session\\s+|local\\s+)?\"?synchronous_commit\"?\\s*(?:=|\\bto\\b)\\s*[eE]?'*([\\w$]*)",
            FLAGS);
    /** The server says itself what has become of these, however they were set (manual, 55.2.7). */
    private static final Set<String> REPORTED = Set.of(
            "application_name",
            "client_encoding",
            "datestyle",
            "default_transaction_read_only",
            "intervalstyle",
            "standard_conforming_strings",
            "timezone");

    private static final Set<String> LASTING = Set.of("false", "f", "off", "no", "0");

    private SettingCalls() {}

    /** PLAIN when the statement is about nothing of this. */
    static Statement read(byte[] bytes, boolean calls, boolean updatesView) {
        String text =
                COMMENT.matcher(new String(bytes, StandardCharsets.ISO_8859_1)).replaceAll(" ");
        Matcher assignment = ASSIGNMENT.matcher(text);
        while (assignment.find()) {
            if (!isStrong(assignment.group(1))) {
                return of(StatementKind.WEAKER_COMMIT, bytes);
            }
        }
        if (updatesView) {
            boolean weak = text.toLowerCase(Locale.ROOT).contains(COMMIT_LEVEL);
            return of(weak ? StatementKind.WEAKER_COMMIT : StatementKind.UNREADABLE_SETTING, bytes);
        }
        return calls ? call(bytes, text) : Statement.PLAIN;
    }

    private static Statement call(byte[] bytes, String text) {
        boolean lasting = false;
        boolean messages = false;
        Matcher call = CALL.matcher(text);
        while (call.find()) {
            String name = call.group(1);
            if (name == null) {
                lasting = true;
                continue;
            }
            String value = call.group(2).strip();
            if (name.strip().equalsIgnoreCase(COMMIT_LEVEL)
                    && !(value.startsWith("'") && isStrong(value.replace("'", "")))) {
                return of(StatementKind.WEAKER_COMMIT, bytes);
            }
            messages |= name.strip().equalsIgnoreCase(MessageLevels.SETTING);
            boolean local = call.group(3).strip().toLowerCase(Locale.ROOT).startsWith("true");
            lasting |= !local && !REPORTED.contains(name.strip().toLowerCase(Locale.ROOT));
        }
        Matcher whole = WHOLE_CALL.matcher(text);
        if (whole.matches() && LASTING.contains(whole.group(2).toLowerCase(Locale.ROOT))) {
            return of(StatementKind.SET, bytes);
        }
        if (lasting) {
            return of(StatementKind.UNREADABLE_SETTING, bytes);
        }
        return messages ? of(StatementKind.LOCAL_MESSAGES, bytes) : Statement.PLAIN;
    }

    /** The setting that a statement of nothing but a lasting set_config changes; empty for other statements. */
    static String name(String statement) {
        Matcher whole = WHOLE_CALL.matcher(COMMENT.matcher(statement).replaceAll(" "));
        return whole.matches() ? whole.group(1).toLowerCase(Locale.ROOT) : "";
    }

    /** Whether the body of a DO lowers it. */
    static boolean hidesWeakerCommit(byte[] bytes, int start, int end) {
        String text = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
        if (!text.toLowerCase(Locale.ROOT).contains(COMMIT_LEVEL)) {
            return false;
        }
        String bare = COMMENT.matcher(text).replaceAll(" ");
        Matcher assignment = ASSIGNMENT.matcher(bare);
        while (assignment.find()) {
            if (!isStrong(assignment.group(1))) {
                return true;
            }
        }
        Matcher call = Pattern.compile("set_config\\s*\\(\\s*'+synchronous_commit'+\\s*,\\s*'*([\\w$]*)", FLAGS)
                .matcher(bare);
        while (call.find()) {
            if (!isStrong(call.group(1))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isStrong(String value) {
        return STRONG.contains(value.toLowerCase(Locale.ROOT));
    }

    private static Statement of(StatementKind kind, byte[] bytes) {
        return new Statement(kind, bytes);
    }
}
