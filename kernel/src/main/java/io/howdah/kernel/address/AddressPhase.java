package io.howdah.kernel.address;

/** Where a gateway stands with the address. */
public enum AddressPhase {
    /** Another one carries it, or nobody. */
    WATCHING,
    /** Asks for it; does not carry it yet. */
    CLAIMING,
    /** Carries it. */
    HOLDING,
    /** Takes it off. */
    LETTING_GO;

    boolean claims() {
        return this == CLAIMING || this == HOLDING;
    }
}
