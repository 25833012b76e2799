package io.howdah.kernel.address;

/**
 * The durations of the protocol, in milliseconds unless their names say otherwise.
 *
 * @param leaseMillis for how long a node's grant lasts on the node's clock, and how long a node that has restarted, or whose members have
 *     changed, makes no grant to anybody new
 * @param driftDivisor a lease counts as shorter by this fraction on the gateway's clock, so that their rates may differ
 * @param lifetimeMillis for how long the kernel keeps an address that is not renewed; a whole number of seconds, because the kernel counts so
 * @param kernelDelayMillis how much later than that the kernel may take it away. Linux looks at most once in a second when something else
 *     has just made it look (net/ipv4/devinet.c, check_lifetime); the rest is for its timers and for clocks read in hundredths of a second
 * @param askMillis how often a gateway asks the nodes
 * @param renewMillis how often the kernel is told that the address may stay
 * @param freshMillis for how long what somebody said counts as news
 * @param retryMillis for how long a gateway whose commands failed does not try again
 */
public record AddressTimes(
        long leaseMillis,
        long driftDivisor,
        long lifetimeMillis,
        long kernelDelayMillis,
        long askMillis,
        long renewMillis,
        long freshMillis,
        long retryMillis) {
    public static final AddressTimes USUAL = new AddressTimes(2_600, 100, 1_000, 1_100, 200, 400, 1_000, 10_000);

    public AddressTimes {
        if (leaseMillis - leaseMillis / driftDivisor <= lifetimeMillis + kernelDelayMillis) {
            throw new IllegalArgumentException(
                    "a lease of %d ms is over before the kernel takes an address away".formatted(leaseMillis));
        }
    }

    /** For how long a grant may be relied on, counted from before it was asked for. */
    long usableMillis() {
        return leaseMillis - leaseMillis / driftDivisor;
    }

    /** By how much the last command has to come before the end of what may be relied on. */
    long reserveMillis() {
        return lifetimeMillis + kernelDelayMillis;
    }
}
