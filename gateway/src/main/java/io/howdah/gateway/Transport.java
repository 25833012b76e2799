package io.howdah.gateway;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How the gateway waits for its sockets: what the kernel offers, chosen at start.
 *
 * @param local for Unix sockets, which NIO is not used for
 */
public record Transport(
        String name,
        Supplier<IoHandlerFactory> handlers,
        Class<? extends ServerChannel> server,
        Class<? extends SocketChannel> client,
        Optional<Class<? extends ServerChannel>> local) {
    /** What to try first. */
    public enum Preference {
        /** io_uring, else epoll, else NIO. */
        AUTOMATIC,
        IO_URING,
        EPOLL,
        NIO
    }

    /** Whether a second process can take its ports over: needs the options of Unix sockets. */
    boolean sharesPorts() {
        return !name.equals("nio");
    }

    /** Its event loops have buffers that sockets share. */
    boolean lendsBuffers() {
        return name.equals("io_uring") && BufferRing.isAvailable();
    }

    static Transport choose(Preference preference) {
        boolean automatic = preference == Preference.AUTOMATIC;
        if ((automatic || preference == Preference.IO_URING) && IoUring.isAvailable()) {
            return new Transport(
                    "io_uring",
                    BufferRing::handlers,
                    IoUringServerSocketChannel.class,
                    IoUringSocketChannel.class,
                    Optional.of(IoUringServerDomainSocketChannel.class));
        }
        if (preference != Preference.NIO && Epoll.isAvailable()) {
            return new Transport(
                    "epoll",
                    EpollIoHandler::newFactory,
                    EpollServerSocketChannel.class,
                    EpollSocketChannel.class,
                    Optional.of(EpollServerDomainSocketChannel.class));
        }
        return new Transport(
                "nio",
                NioIoHandler::newFactory,
                NioServerSocketChannel.class,
                NioSocketChannel.class,
                Optional.empty());
    }
}
