package io.howdah.postgres.wire;

/** Stands in for a method body that is being written. */
public final class Pending {
    private Pending() {}

    @SuppressWarnings("TypeParameterUnusedInFormals") // never returns
    public static <T> T value() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        throw new AssertionError();
    }
}
