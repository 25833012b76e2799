package io.howdah.testkit.fuzz;

/** Where Jazzer comes in. The target is named by the system property {@code howdah.fuzz}. */
public final class FuzzEntry {
    private static final FuzzTarget TARGET = FuzzTarget.named(System.getProperty("howdah.fuzz", "statement"));

    private FuzzEntry() {}

    /** The name and the signature are Jazzer's. */
    public static void fuzzerTestOneInput(byte[] input) {
        TARGET.run(input);
    }
}
