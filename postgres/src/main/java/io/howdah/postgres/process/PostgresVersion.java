package io.howdah.postgres.process;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A PostgreSQL release, such as 15.18. */
public record PostgresVersion(int major, int minor) implements Comparable<PostgresVersion> {
    public static final int OLDEST_MAJOR = 14;
    public static final int NEWEST_MAJOR = 18;

    private static final Pattern PRINTED = Pattern.compile("\\(PostgreSQL\\) (\\d+)(?:\\.(\\d+)|\\w+)?");

    /** Reads what {@code postgres --version} prints; a beta counts as minor 0. */
    public static PostgresVersion parse(String printed) {
        Matcher matcher = PRINTED.matcher(printed);
        if (!matcher.find()) {
            throw new PostgresProcessException("'%s' does not name a PostgreSQL version".formatted(printed.strip()));
        }
        String minor = matcher.group(2);
        return new PostgresVersion(Integer.parseInt(matcher.group(1)), minor == null ? 0 : Integer.parseInt(minor));
    }

    public boolean isSupported() {
        return major >= OLDEST_MAJOR && major <= NEWEST_MAJOR;
    }

    @Override
    public int compareTo(PostgresVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
