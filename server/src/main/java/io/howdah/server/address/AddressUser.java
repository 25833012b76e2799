package io.howdah.server.address;

/** Who serves clients at the address. Called by one thread, in turns: here, gone, here again. */
public interface AddressUser {
    /** The host has the address: listen on it. */
    void arrived(String address);

    /** The host is about to lose it: listen no more and end who came in through it. Returns soon. */
    void leaving(String address);
}
