package io.howdah.kernel.address;

/** What happens to an {@link AddressContender}. */
public sealed interface AddressInput {
    /** Time has passed. */
    record Tick() implements AddressInput {}

    /** A node has answered. */
    record Heard(AddressAnswer answer) implements AddressInput {}

    /** Whether the interface that would carry the address has a link. */
    record Link(boolean up) implements AddressInput {}

    /** The command of {@link AddressEffect.Carry} has ended. */
    record Carried(Outcome outcome, String reason) implements AddressInput {}

    /** The command of {@link AddressEffect.LetGo} has ended. */
    record Gone(boolean certain) implements AddressInput {}

    /** How a command ended. */
    enum Outcome {
        DONE,
        /** It was not begun: the time until when it was allowed had passed. */
        TOO_LATE,
        FAILED
    }
}
