package io.howdah.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One port of a gateway served on a Unix socket. */
final class LocalListener {
    private final Channel listener;
    private final SocketFile file;

    private LocalListener(Channel listener, SocketFile file) {
        this.listener = listener;
        this.file = file;
    }

    /**
     * @param bootstrap with everything but the type of channel
     * @throws IOException when the socket cannot be made or take its place
     */
    static LocalListener open(ServerBootstrap bootstrap, Transport transport, UnixSockets sockets, int port)
            throws IOException {
        Class<? extends ServerChannel> type =
                transport.local().orElseThrow(() -> new IOException(transport.name() + " has none"));
        SocketFile file = new SocketFile(sockets.path(port));
        Path provisional = sockets.provisional(port);
        Files.deleteIfExists(provisional);
        Channel listener = bootstrap
                .channel(type)
                .bind(new DomainSocketAddress(provisional.toFile()))
                .syncUninterruptibly()
                .channel();
        try {
            file.place(sockets, provisional);
        } catch (IOException e) {
            listener.close().syncUninterruptibly();
            throw e;
        }
        return new LocalListener(listener, file);
    }

    void close() {
        listener.close().syncUninterruptibly();
        file.remove();
    }
}
