/**
 * Who of several gateways carries a virtual address: each node grants it to one gateway for a while, and who has the grants of a majority
 * may carry it until shortly before the first of them could end. Decisions only: clocks, messages and commands are elsewhere.
 *
 * <p>Unlike everything that keeps commits safe, this rests on time: on monotonic clocks whose rates differ by less than
 * {@link io.howdah.kernel.address.AddressTimes#driftDivisor}. A violation would show clients two gateways, never two primaries.
 */
@NullMarked
package io.howdah.kernel.address;

import org.jspecify.annotations.NullMarked;
