package io.howdah.kernel.address;

/** What an {@link AddressContender} wants done. Commands are carried out one after the other, in this order. */
public sealed interface AddressEffect {
    /** Sends a request to every node. */
    record Ask(AddressRequest request) implements AddressEffect {}

    /**
     * Tells the kernel to have the address for {@link AddressTimes#lifetimeMillis} more, unless it is later than told when that is done.
     *
     * @param byMillis on the gateway's clock
     * @param first whether the gateway did not carry it before
     */
    record Carry(long byMillis, boolean first) implements AddressEffect {}

    /** Takes the address off, ends the sessions that came in through it. */
    record LetGo(String reason) implements AddressEffect {}
}
