package io.howdah.bench.gateway;

/**
 * What one run of a load gave on one way.
 *
 * @param amount in the unit of the load
 * @param processorMicros of the proxy for each piece of the load; 0 when there is no proxy
 * @param latencyMillis of one piece; 0 when that says nothing
 * @param failure why there is no result, else empty
 */
record Measurement(double amount, double processorMicros, double latencyMillis, String failure) {
    static Measurement failed(String why) {
        return new Measurement(0, 0, 0, why);
    }

    boolean isThere() {
        return failure.isEmpty();
    }
}
