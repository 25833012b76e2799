package io.howdah.server.adoption;

/**
 * One thing to know before an instance is taken over.
 *
 * @param hint what to do about it; empty when nothing need be done
 */
public record Finding(Weight weight, String what, String hint) {
    /** What it means for the adoption. */
    public enum Weight {
        /** Nothing happens before it is solved. */
        OBSTACLE,
        /** The adoption changes this. */
        CHANGE,
        /** Worth knowing, nothing more. */
        NOTE
    }

    static Finding obstacle(String what, String hint) {
        return new Finding(Weight.OBSTACLE, what, hint);
    }

    static Finding change(String what) {
        return new Finding(Weight.CHANGE, what, "");
    }

    static Finding note(String what, String hint) {
        return new Finding(Weight.NOTE, what, hint);
    }
}
