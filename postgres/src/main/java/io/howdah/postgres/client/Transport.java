package io.howdah.postgres.client;

import io.howdah.postgres.wire.StartupPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;

/** A byte stream to a server: blocking, with a limit on the wait of each read. Closing it ends a blocked read. */
sealed interface Transport extends AutoCloseable {
    /** Reads at least one byte; throws {@link EOFException} at the end and {@link SocketTimeoutException} in silence. */
    int read(byte[] buffer, int offset, int length) throws IOException;

    void write(byte[] buffer, int offset, int length) throws IOException;

    /** Limit for each read from now on; zero waits for ever. */
    void limitReads(Duration timeout) throws IOException;

    @Override
    void close();

    static Transport open(Endpoint endpoint, Duration timeout, Optional<Encryption> encryption) throws IOException {
        return switch (endpoint) {
            case Endpoint.Tcp tcp -> TcpTransport.open(tcp, timeout, encryption);
            case Endpoint.Unix unix -> UnixTransport.open(unix);
        };
    }

    /** Over TCP. Every address of the name is tried, in the order of the resolver. */
    final class TcpTransport implements Transport {
        private final Socket socket;

        private TcpTransport(Socket socket) {
            this.socket = socket;
        }

        static TcpTransport open(Endpoint.Tcp endpoint, Duration timeout, Optional<Encryption> encryption)
                throws IOException {
            IOException failure = new ConnectException("the name " + endpoint.host() + " has no address");
            for (InetAddress address : InetAddress.getAllByName(endpoint.host())) {
                Socket socket = new Socket();
                try {
                    socket.setTcpNoDelay(true);
                    socket.setKeepAlive(true);
                    socket.connect(new InetSocketAddress(address, endpoint.port()), millis(timeout));
                    return new TcpTransport(
                            encryption.isEmpty() ? socket : protect(socket, endpoint, timeout, encryption.get()));
                } catch (IOException e) {
                    failure = e;
                    socket.close();
                }
            }
            throw failure;
        }

        /** Reads one byte only: whatever was sent in clear text behind the answer is no valid TLS. */
        private static Socket protect(Socket socket, Endpoint.Tcp endpoint, Duration timeout, Encryption encryption)
                throws IOException {
            socket.setSoTimeout(millis(timeout));
            ByteBuf request = Unpooled.buffer(8);
            StartupPacket.writeSslRequest(request);
            socket.getOutputStream().write(request.array(), 0, request.readableBytes());
            if (socket.getInputStream().read() != StartupPacket.ENCRYPTION_ACCEPTED) {
                throw new IOException("the server does not offer TLS, and only TLS is wanted");
            }
            return encryption.protect(socket, endpoint.host(), endpoint.port());
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = socket.getInputStream().read(buffer, offset, length);
            if (count < 0) {
                throw new EOFException("the server closed the connection");
            }
            return count;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            socket.getOutputStream().write(buffer, offset, length);
        }

        @Override
        public void limitReads(Duration timeout) throws IOException {
            socket.setSoTimeout(millis(timeout));
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // The descriptor is gone either way, and nobody waits for an answer any more.
            }
        }

        private static int millis(Duration timeout) {
            return Math.toIntExact(timeout.toMillis());
        }
    }

    /** Over a Unix socket. Java gives such channels no read timeout, hence the selector. */
    final class UnixTransport implements Transport {
        private final SocketChannel channel;
        private final Selector selector;
        private final SelectionKey key;
        private volatile long readTimeoutMillis;

        private UnixTransport(SocketChannel channel, Selector selector) throws IOException {
            this.channel = channel;
            this.selector = selector;
            channel.configureBlocking(false);
            this.key = channel.register(selector, SelectionKey.OP_READ);
        }

        @SuppressWarnings("StreamResourceLeak") // the transport owns channel and selector and closes both
        static UnixTransport open(Endpoint.Unix endpoint) throws IOException {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(endpoint.file()));
                return new UnixTransport(channel, Selector.open());
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            while (true) {
                int count = channel.read(ByteBuffer.wrap(buffer, offset, length));
                if (count < 0) {
                    throw new EOFException("the server closed the connection");
                }
                if (count > 0) {
                    return count;
                }
                await(SelectionKey.OP_READ);
            }
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            ByteBuffer source = ByteBuffer.wrap(buffer, offset, length);
            while (source.hasRemaining()) {
                if (channel.write(source) == 0) {
                    await(SelectionKey.OP_WRITE);
                }
            }
        }

        private void await(int operation) throws IOException {
            key.interestOps(operation);
            int ready = selector.select(readTimeoutMillis);
            selector.selectedKeys().clear();
            if (!channel.isOpen()) {
                throw new EOFException("the connection was closed here");
            }
            if (ready == 0 && readTimeoutMillis > 0) {
                throw new SocketTimeoutException("no answer within " + readTimeoutMillis + " ms");
            }
        }

        @Override
        public void limitReads(Duration timeout) {
            readTimeoutMillis = timeout.toMillis();
        }

        @Override
        public void close() {
            try {
                channel.close();
                selector.close();
            } catch (IOException e) {
                // The descriptors are gone either way, and nobody waits for an answer any more.
            }
        }
    }
}
