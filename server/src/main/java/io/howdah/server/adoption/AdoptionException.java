package io.howdah.server.adoption;

/** An instance cannot be looked at or taken over: what failed, and what to do. */
public final class AdoptionException extends RuntimeException {
    private final String hint;

    AdoptionException(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    public String hint() {
        return hint;
    }
}
