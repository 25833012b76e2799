package io.howdah.server.provision;

/** A cluster cannot be started or stopped as asked: what failed, why, and what to do. */
public final class ProvisionException extends RuntimeException {
    private final String title;
    private final String detail;
    private final String hint;
    private final String component;

    public ProvisionException(String title, String detail, String hint) {
        this(title, detail, hint, "");
    }

    /** @param component whose log tells more; empty when none does */
    public ProvisionException(String title, String detail, String hint, String component) {
        super(title + ": " + detail);
        this.title = title;
        this.detail = detail;
        this.hint = hint;
        this.component = component;
    }

    public String title() {
        return title;
    }

    public String detail() {
        return detail;
    }

    public String hint() {
        return hint;
    }

    public String component() {
        return component;
    }
}
