package io.howdah.server.address;

import io.howdah.kernel.address.AddressPhase;
import io.howdah.kernel.address.Contestant;
import java.util.Optional;

/**
 * How an address stands, as one gateway knows it.
 *
 * @param holder whom a majority of the nodes lets carry it
 * @param taken how often this gateway has begun to carry it
 * @param problem why it could not carry it; empty when nothing is wrong
 */
public record AddressView(
        String address,
        String network,
        int priority,
        AddressPhase phase,
        Optional<Contestant> holder,
        long taken,
        String problem) {}
