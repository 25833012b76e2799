package io.howdah.cli.text;

import java.util.List;

/** A failure in the words that the user will read: what failed, why, what to do next, and the log's last lines if any. */
public final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;
    private final String why;
    private final transient List<String> next;
    private final transient List<String> logTail;

    public CliException(ExitCode exitCode, String what, String why, String... next) {
        this(exitCode, what, why, List.of(next), List.of());
    }

    public CliException(ExitCode exitCode, String what, String why, List<String> next, List<String> logTail) {
        super(what);
        this.exitCode = exitCode;
        this.why = why;
        this.next = List.copyOf(next);
        this.logTail = List.copyOf(logTail);
    }

    /** The same failure with the exception that caused it, for {@code -vv}. */
    public CliException causedBy(Throwable cause) {
        initCause(cause);
        return this;
    }

    public ExitCode exitCode() {
        return exitCode;
    }

    public String what() {
        return String.valueOf(getMessage());
    }

    /** Empty when the first line says it all. */
    public String why() {
        return why;
    }

    public List<String> next() {
        return next;
    }

    public List<String> logTail() {
        return logTail;
    }
}
