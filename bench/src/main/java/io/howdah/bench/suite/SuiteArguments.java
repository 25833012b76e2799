package io.howdah.bench.suite;

/**
 * What a suite is called with, besides what is to be played.
 *
 * @param port the port of the gateway, by its role
 * @param nodes how many the cluster has
 */
record SuiteArguments(String subject, String port, String nodes) {
    /** Of {@code SUBJECT [read_write|auto] [nodes]}. */
    static SuiteArguments read(String[] arguments, String usualSubject) {
        return new SuiteArguments(
                arguments.length > 0 ? arguments[0] : usualSubject,
                arguments.length > 1 ? arguments[1] : "read_write",
                arguments.length > 2 ? arguments[2] : "1");
    }

    /** The same, where the subject must be the directory of PostgreSQL's source; ends the program when it is not named. */
    static SuiteArguments ofSource(String[] arguments) {
        if (arguments.length == 0) {
            System.err.println("error: name the directory of PostgreSQL's unpacked source");
            System.exit(2);
        }
        return read(arguments, "");
    }
}
