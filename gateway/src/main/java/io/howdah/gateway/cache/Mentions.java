package io.howdah.gateway.cache;

import io.howdah.gateway.sql.Lexis;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The tables that a statement may read: those that any of its names may stand for. More than it really reads, when a column is called as
 * a table somewhere; never less. Judges one text that the classifier has found to be a read.
 */
final class Mentions {
    private final byte[] text;
    private final Catalog catalog;
    private final Set<Integer> tables = new HashSet<>();
    private boolean first = true;
    private boolean afterString;
    private boolean fit = true;

    private Mentions(byte[] text, Catalog catalog) {
        this.text = text;
        this.catalog = catalog;
    }

    /** The object ids; empty when the answer may depend on something else than tables and settings. */
    static Optional<Set<Integer>> in(byte[] text, Catalog catalog) {
        Mentions mentions = new Mentions(text, catalog);
        int position = 0;
        while (position < text.length && mentions.fit) {
            position = mentions.token(position);
        }
        return mentions.fit && !mentions.first ? Optional.of(mentions.tables) : Optional.empty();
    }

    private int token(int position) {
        byte character = text[position];
        int end = text.length;
        if (character <= ' ' && character >= 0) {
            return position + 1;
        }
        if (character == '-' && Lexis.follows(text, position, end, '-')) {
            return Lexis.afterLine(text, position, end);
        }
        if (character == '/' && Lexis.follows(text, position, end, '*')) {
            return Lexis.afterComment(text, position, end);
        }
        boolean continues = afterString;
        afterString = false;
        if (Lexis.isNameStart(character)) {
            return name(position);
        }
        return switch (character) {
            case '\'' -> {
                // Strings on two lines are one string, which is not worth being put together.
                fit &= !continues;
                afterString = true;
                yield string(position, Lexis.afterQuoted(text, position, end, false));
            }
            case '"' -> {
                int after = Lexis.afterQuoted(text, position, end, false);
                add(new String(text, position + 1, Math.max(0, after - position - 2), StandardCharsets.UTF_8));
                yield after;
            }
            case '$' -> string(position, Lexis.afterDollar(text, position, end));
            default -> position + 1;
        };
    }

    private int string(int from, int after) {
        fit &= !Literals.mayBeTimes(text, from + 1, after);
        return after;
    }

    private int name(int position) {
        int after = Lexis.afterName(text, position, text.length);
        String name = new String(text, position, after - position, StandardCharsets.UTF_8);
        if (after < text.length && text[after] == '\'' && name.equalsIgnoreCase("e")) {
            int end = Lexis.afterQuoted(text, after, text.length, true);
            for (int index = after; index < end; index++) {
                // What escapes make of it is for the server to say.
                fit &= text[index] != '\\';
            }
            return string(after, end);
        }
        String folded = fold(name);
        if (first) {
            first = false;
            fit = switch (folded) {
                case "select", "with", "values", "table" -> true;
                default -> false;
            };
        }
        add(folded);
        return after;
    }

    /** As PostgreSQL does: ASCII letters only, when the database's encoding is UTF-8. */
    private static String fold(String name) {
        boolean ascii = name.chars().allMatch(character -> character < 0x80);
        if (ascii) {
            return name.toLowerCase(Locale.ROOT);
        }
        StringBuilder folded = new StringBuilder(name);
        for (int index = 0; index < folded.length(); index++) {
            char character = folded.charAt(index);
            if (character >= 'A' && character <= 'Z') {
                folded.setCharAt(index, (char) (character | 0x20));
            }
        }
        return folded.toString();
    }

    private void add(String name) {
        tables.addAll(catalog.tables().getOrDefault(name, Set.of()));
    }
}
