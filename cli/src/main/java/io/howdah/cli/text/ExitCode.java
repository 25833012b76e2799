package io.howdah.cli.text;

/** What the shell gets back; fixed for scripts. */
public enum ExitCode {
    OK(0),
    FAILED(1),
    USAGE(2),
    /** The cluster answers, and not all is well ({@code status --exit-code}). */
    DEGRADED(3),
    DENIED(4),
    NOT_FOUND(5),
    CONFLICT(6),
    TIMEOUT(7),
    UNREACHABLE(8),
    /** Nobody confirmed, and the command does not guess. */
    REFUSED(9),
    INTERRUPTED(130);

    private final int value;

    ExitCode(int value) {
        this.value = value;
    }

    public int value() {
        return value;
    }
}
