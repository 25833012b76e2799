package io.howdah.gateway.sql;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command on a database or a role as a whole, which concerns connections that others have, or nobody. Pure.
 *
 * @param database which one's; all when empty
 * @param role whose; all when empty
 * @param settings whether it says what new connections begin with
 */
public record CatalogCommand(Optional<String> database, Optional<String> role, boolean settings) {
    private static final String GAP = "(?:\\s++|/\\*.*?\\*/|--[^\\n]*+\\n)*+";
    private static final String NAME = "(\"[^\"]*+(?:\"\"[^\"]*+)*+\"|[\\w$\\x80-\\x{10ffff}]++)";
    private static final String DEFAULT_TEMPLATE = "template1";

    private static final Pattern ABOUT =
            pattern("%s(drop|alter|create)%s(database|role|user)%s(?:if%sexists%s)?" + NAME);
    private static final Pattern TEMPLATE = pattern("\\btemplate%s=?%s" + NAME);
    private static final Pattern IN_DATABASE = pattern("%sin%sdatabase%s" + NAME);

    private static final Pattern SETTING = pattern("%s(?:re)?set\\b(?!%stablespace\\b)");

    private static Pattern pattern(String words) {
        return Pattern.compile(words.replace("%s", GAP), Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    /**
     * Reads a statement of one of the kinds {@link StatementKind#NEEDS_EMPTY_DATABASE} and {@link StatementKind#CHANGES_DEFAULTS}. What it
     * cannot read is about all.
     */
    public static CatalogCommand read(Statement statement) {
        String text = new String(statement.text(), StandardCharsets.UTF_8);
        Matcher about = ABOUT.matcher(text);
        if (!about.lookingAt()) {
            return new CatalogCommand(Optional.empty(), Optional.empty(), true);
        }
        if (!about.group(2).equalsIgnoreCase("database")) {
            Matcher in = IN_DATABASE.matcher(text).region(about.end(), text.length());
            Optional<String> database = in.lookingAt() ? name(in.group(1)) : Optional.empty();
            int rest = database.isPresent() ? in.end() : about.end();
            return new CatalogCommand(database, someRole(about.group(3)), sets(text, rest));
        }
        if (!about.group(1).equalsIgnoreCase("create")) {
            return new CatalogCommand(name(about.group(3)), Optional.empty(), sets(text, about.end()));
        }
        Matcher template = TEMPLATE.matcher(text).region(about.end(), text.length());
        return new CatalogCommand(
                template.find() ? name(template.group(1)) : Optional.of(DEFAULT_TEMPLATE), Optional.empty(), false);
    }

    private static boolean sets(String text, int from) {
        return SETTING.matcher(text).region(from, text.length()).lookingAt();
    }

    private static Optional<String> name(String written) {
        return Optional.of(
                written.startsWith("\"")
                        ? written.substring(1, written.length() - 1).replace("\"\"", "\"")
                        : written.toLowerCase(Locale.ROOT));
    }

    /** ALL and CURRENT_USER name nobody. */
    private static Optional<String> someRole(String written) {
        return switch (written.toLowerCase(Locale.ROOT)) {
            case "all", "current_user", "current_role", "session_user" -> Optional.empty();
            default -> name(written);
        };
    }

    public boolean isAbout(String otherDatabase, String otherRole) {
        return database.orElse(otherDatabase).equals(otherDatabase)
                && role.orElse(otherRole).equals(otherRole);
    }
}
