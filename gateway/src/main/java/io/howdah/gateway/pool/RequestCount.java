package io.howdah.gateway.pool;

/** How many requests one server has served on one event loop, whatever became of its pools. */
final class RequestCount {
    private long requests;

    void add() {
        requests++;
    }

    long get() {
        return requests;
    }
}
