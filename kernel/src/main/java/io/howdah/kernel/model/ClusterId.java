package io.howdah.kernel.model;

import java.util.regex.Pattern;

/**
 * Tells one cluster from another, whatever they are called: 16 hexadecimal digits drawn at random when it is made.
 * Every message and every promise carries it, so that nodes of two clusters can never vote for each other.
 */
public record ClusterId(String value) {
    private static final Pattern PERMITTED = Pattern.compile("[0-9a-f]{16}");

    public ClusterId {
        if (!PERMITTED.matcher(value).matches()) {
            throw new IllegalArgumentException("cluster id '%s' is not 16 hexadecimal digits".formatted(value));
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
