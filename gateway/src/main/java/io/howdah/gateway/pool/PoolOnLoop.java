package io.howdah.gateway.pool;

import io.netty.channel.EventLoop;

/** A pool as {@link Permits} and other event loops see it: each call is carried out on the pool's own loop. */
final class PoolOnLoop implements Permits.Holder {
    private final Pool pool;
    private final EventLoop loop;

    PoolOnLoop(Pool pool, EventLoop loop) {
        this.pool = pool;
        this.loop = loop;
    }

    @Override
    public void granted() {
        loop.execute(pool::granted);
    }

    @Override
    public void yieldOne() {
        loop.execute(pool::yieldOne);
    }

    @Override
    public void yieldSpare(Permits.Holder other) {
        loop.execute(() -> pool.yieldSpare(other));
    }

    @Override
    public void closeIdle() {
        loop.execute(pool::closeIdle);
    }

    @Override
    public void reconnect() {
        loop.execute(pool::reconnect);
    }

    @Override
    public void spared() {
        loop.execute(pool::grow);
    }
}
