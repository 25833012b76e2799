package io.howdah.kernel.address;

/**
 * What a gateway says to every node, several times a second.
 *
 * @param address which address it is about
 * @param sequence rises with each round of requests of one run; what arrives after a later one of the same run changes nothing
 */
public record AddressRequest(String address, Contestant from, long sequence, Wish wish) {
    /** What it wants. */
    public enum Wish {
        /** Nothing, and would not take the address: it could not carry it. */
        ABSTAIN,
        /** To know how things stand; it could carry the address. */
        WATCH,
        /** The address, or to keep it. */
        HOLD,
        /** To give up what it was granted; it does not carry the address. */
        RELEASE
    }
}
