package io.howdah.gateway.sql;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads from SET, RESET, DISCARD, PREPARE and the like which name they are about. Statements of these kinds are rare. */
public final class SettingNames {
    /** The key of a statement that is about everything, such as RESET ALL. */
    public static final String ALL = "all";

    private static final String GAP = "(?:\\s++|/\\*.*?\\*/|--[^\\n]*+\\n)++";
    private static final Pattern FIRST_WORD = Pattern.compile("^(?:" + GAP + ")?[a-zA-Z]+(.*)$", Pattern.DOTALL);
    private static final Pattern NEXT_NAME = Pattern.compile(
            "^(?:" + GAP + ")?(\"[^\"]*+(?:\"\"[^\"]*+)*+\"|\\*|[a-zA-Z_\\x80-\\xff][\\w.$\\x80-\\xff]*)(.*)$",
            Pattern.DOTALL);

    private static final Pattern ONE_WORD =
            Pattern.compile("(?is).*?(?:=|\\bto\\b|'[\\w.]+'\\s*,)\\s*['\"]?(\\w+)['\"]?\\s*(?:,\\s*\\w+\\s*\\)\\s*)?");

    private SettingNames() {}

    /** The setting that a SET or RESET changes, in lower case; statements with equal keys replace each other. */
    public static String settingKey(Statement statement) {
        String called = SettingCalls.name(statement.readable());
        if (!called.isEmpty()) {
            return called;
        }
        String rest = afterFirstWord(statement.readable());
        String name = name(rest);
        if (name.equals("session") && !continuesWithValue(rest)) {
            rest = afterName(rest);
            name = name(rest);
            if (name.equals("characteristics")) {
                return "session characteristics " + rest.strip().toLowerCase(Locale.ROOT);
            }
        }
        return switch (name) {
            case "time" -> "timezone";
            case "schema" -> "search_path";
            case "xml" -> "xmloption";
            case "names" -> "client_encoding";
            case "authorization" -> "session_authorization";
            default -> name;
        };
    }

    /** The name after the first word of PREPARE, LISTEN, SAVEPOINT, DISCARD, DEALLOCATE [PREPARE], ROLLBACK TO [SAVEPOINT]. */
    public static String object(Statement statement) {
        String rest = afterFirstWord(statement.readable());
        String name = name(rest);
        boolean more = true;
        while (more) {
            more = switch (name) {
                case "work", "transaction", "to", "savepoint", "prepare" ->
                    !name(afterName(rest)).isEmpty();
                default -> false;
            };
            if (more) {
                rest = afterName(rest);
                name = name(rest);
            }
        }
        return name;
    }

    /** The value of a SET or a set_config to one word, in lower case; empty when it is anything else. */
    public static String value(byte[] statement) {
        Matcher matcher = ONE_WORD.matcher(new String(statement, StandardCharsets.ISO_8859_1));
        return matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
    }

    private static boolean continuesWithValue(String rest) {
        String after = afterName(rest).stripLeading();
        return after.startsWith("=") || name(after).equals("to");
    }

    private static String afterFirstWord(String text) {
        Matcher matcher = FIRST_WORD.matcher(text);
        return matcher.matches() ? matcher.group(1) : "";
    }

    private static String name(String text) {
        Matcher matcher = NEXT_NAME.matcher(text);
        if (!matcher.matches()) {
            return "";
        }
        String name = matcher.group(1);
        if (name.startsWith("\"")) {
            return name.substring(1, name.length() - 1).replace("\"\"", "\"");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    private static String afterName(String text) {
        Matcher matcher = NEXT_NAME.matcher(text);
        return matcher.matches() ? matcher.group(2) : "";
    }
}
