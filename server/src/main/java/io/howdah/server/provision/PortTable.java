package io.howdah.server.provision;

import java.util.Optional;
import java.util.OptionalLong;

/** Which ports of this machine are taken, and by whom. */
public interface PortTable {
    /**
     * Who keeps us from listening.
     *
     * @param pid empty when the process belongs to another user and cannot be seen
     * @param description for people
     */
    record Owner(OptionalLong pid, String description) {}

    /** Empty when the port is free. */
    Optional<Owner> ownerOf(String host, int port);
}
