package io.howdah.gateway.login;

import io.netty.channel.Channel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many clients are there, and whether one more may come. Safe on every thread. */
public final class ClientLimit {
    /** Sockets that have not said anything yet may exceed the limit by so many. */
    private static final int SILENT = 100;

    private volatile int limit; // set by any thread, read by the event loops
    private final AtomicInteger clients = new AtomicInteger();
    private final Map<String, AtomicInteger> groups = new ConcurrentHashMap<>();
    private final AtomicInteger sockets = new AtomicInteger();

    public ClientLimit(int limit) {
        this.limit = limit;
    }

    /** Another limit; those who are there stay. */
    public void limit(int changed) {
        limit = changed;
    }

    /** A connection was accepted by the kernel; without room for it, it is closed unheard. */
    public boolean accept(Channel channel) {
        if (sockets.incrementAndGet() > limit + SILENT) {
            sockets.decrementAndGet();
            return false;
        }
        channel.closeFuture().addListener(future -> sockets.decrementAndGet());
        return true;
    }

    /** Sockets that are open, whether they have said anything or not. */
    public int connections() {
        return sockets.get();
    }

    /** A connection asks for a session. */
    boolean admit(Channel channel) {
        if (clients.incrementAndGet() > limit) {
            clients.decrementAndGet();
            return false;
        }
        channel.closeFuture().addListener(future -> clients.decrementAndGet());
        return true;
    }

    /**
     * A client has logged in and belongs to a group that has a limit of its own.
     *
     * @param group a role or a database
     * @param groupLimit 0 for none
     */
    boolean admit(Channel channel, String group, int groupLimit) {
        if (groupLimit == 0) {
            return true;
        }
        AtomicInteger members = groups.computeIfAbsent(group, _ -> new AtomicInteger());
        if (members.incrementAndGet() > groupLimit) {
            members.decrementAndGet();
            return false;
        }
        channel.closeFuture().addListener(future -> members.decrementAndGet());
        return true;
    }
}
