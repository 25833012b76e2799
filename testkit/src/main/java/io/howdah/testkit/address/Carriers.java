package io.howdah.testkit.address;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Looks at all hosts' kernels all the time: who has the address, and do two of them ever have it at once. */
final class Carriers implements AutoCloseable {
    private final List<Host> hosts;
    private final String address;
    private final AtomicLong looks = new AtomicLong();
    private final Thread thread = Thread.ofPlatform().name("carriers").unstarted(this::watch);
    private volatile Optional<Host> present = Optional.empty();
    private volatile String violation = "";
    private volatile boolean closed;

    Carriers(List<Host> hosts, String address) {
        this.hosts = List.copyOf(hosts);
        this.address = address;
    }

    void start() {
        thread.start();
    }

    Optional<Host> present() {
        return present;
    }

    /** Empty as long as all was well. */
    String violation() {
        return violation;
    }

    long looks() {
        return looks.get();
    }

    private void watch() {
        while (!closed) {
            List<Host> found = hosts.stream().filter(host -> host.has(address)).toList();
            // A first one that still has it after the second one was seen with it shared it with that one.
            if (found.size() > 1 && found.getFirst().has(address)) {
                violation = found.stream().map(Host::name).toList() + " had the address at once";
            }
            present = found.stream().findFirst();
            looks.incrementAndGet();
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
