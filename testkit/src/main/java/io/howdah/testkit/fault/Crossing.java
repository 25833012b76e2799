package io.howdah.testkit.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Where connections to one port of one node are led while there is a partition: passes those that may pass, and holds the
 * bytes of those that may not until {@link #release}.
 */
final class Crossing implements AutoCloseable {
    /** Crossings connect from here on; see {@link Partition}. */
    static final int FIRST_PORT = 60_000;

    private static final int PORTS = 5_000;
    private static final AtomicInteger NEXT_PORT = new AtomicInteger();

    private final int target;
    private final Predicate<String> cut;
    private final SocketOwners owners;
    private final ServerSocket listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();

    /** @param cut whether a node may not speak to this one */
    Crossing(int target, Predicate<String> cut, SocketOwners owners) {
        this.target = target;
        this.cut = cut;
        this.owners = owners;
        try {
            this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new FaultException("no port for a crossing", e);
        }
        Thread.ofVirtual().name("crossing-" + target).start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Lets go what was held, where it is cut no longer. */
    void release() {
        lock.lock();
        try {
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new FaultException("cannot close a crossing", e);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().name("crossing-to-" + target).start(() -> pass(client));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new FaultException("a crossing failed", e);
                }
            }
        }
    }

    private void pass(Socket client) {
        // The client's socket still names the port that it asked for.
        String owner = owners.ownerOf(client.getPort(), target).orElse("");
        try (client) {
            awaitPassage(owner);
            try (Socket server = connect()) {
                Thread back = Thread.ofVirtual().start(() -> pump(owner, server, client));
                pump(owner, client, server);
                back.join();
            }
        } catch (IOException e) {
            reset(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Socket connect() throws IOException {
        for (int attempt = 0; ; attempt++) {
            Socket server = new Socket();
            try {
                server.setReuseAddress(true);
                server.setTcpNoDelay(true);
                int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
                return server;
            } catch (java.net.BindException e) {
                server.close();
                if (attempt > 50) {
                    throw e;
                }
            }
        }
    }

    private void pump(String owner, Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[16_384];
            int count = in.read(bytes);
            while (count >= 0) {
                awaitPassage(owner);
                out.write(bytes, 0, count);
                out.flush();
                count = in.read(bytes);
            }
            awaitPassage(owner);
            to.shutdownOutput();
        } catch (IOException e) {
            reset(from);
            reset(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitPassage(String owner) throws InterruptedException {
        lock.lock();
        try {
            while (cut.test(owner)) {
                released.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** As when nobody listens: the client learns at once. */
    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is closed already.
        }
    }
}
