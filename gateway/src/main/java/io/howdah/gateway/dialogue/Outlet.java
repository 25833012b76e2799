package io.howdah.gateway.dialogue;

import io.netty.buffer.ByteBuf;

/** The bytes of a client that go to the server, message by message. */
public interface Outlet {
    /** Where to write what goes to the server before the message at hand. */
    ByteBuf before();

    /** What lies before {@code index} has been written by other means. */
    void skipTo(int index);

    /** What is still to come of the message goes nowhere. */
    void skipRest();
}
