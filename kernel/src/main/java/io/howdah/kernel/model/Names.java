package io.howdah.kernel.model;

import java.util.regex.Pattern;

/** The one rule for identifiers that end up in file names, SQL and application names. */
final class Names {
    /** Long enough for people, short enough that "name.tTERM" fits PostgreSQL's 63 byte application_name. */
    private static final Pattern PERMITTED = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

    private Names() {}

    static String require(String kind, String value) {
        if (!PERMITTED.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "%s '%s' is not permitted: use 1 to 32 of a-z, 0-9, '-' and '_', a letter first"
                            .formatted(kind, value));
        }
        return value;
    }
}
