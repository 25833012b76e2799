package io.howdah.server.configuration;

/**
 * One mistake in a file.
 *
 * @param line counted from 1; 0 when the mistake has no place, such as a key that is missing
 * @param what what is wrong and how it should be
 */
public record ConfigurationProblem(int line, String what) {
    @Override
    public String toString() {
        return line == 0 ? what : "line " + line + ": " + what;
    }
}
