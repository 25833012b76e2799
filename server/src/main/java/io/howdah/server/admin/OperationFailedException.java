package io.howdah.server.admin;

/** Ends an operation; the component's log goes into the answer. */
final class OperationFailedException extends RuntimeException {
    private final String title;
    private final String detail;
    private final String hint;
    private final String component;

    /** @param component whose log tells more; empty when none does */
    OperationFailedException(String title, String detail, String hint, String component) {
        super(title + ": " + detail);
        this.title = title;
        this.detail = detail;
        this.hint = hint;
        this.component = component;
    }

    String title() {
        return title;
    }

    String detail() {
        return detail;
    }

    String hint() {
        return hint;
    }

    String component() {
        return component;
    }
}
