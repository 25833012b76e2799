package io.howdah.postgres.client;

import io.howdah.postgres.wire.MessageFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;

/** One side of the protocol under a test's control: accepts one connection and runs a script on it. */
final class FakeServer implements AutoCloseable {
    private final ServerSocket listener;

    FakeServer(Consumer<Session> script) throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try (Socket socket = listener.accept()) {
                script.accept(new Session(socket));
            } catch (IOException | UncheckedIOException e) {
                // The client went away, or the test is over.
            }
        });
    }

    Endpoint endpoint() {
        return new Endpoint.Tcp("127.0.0.1", listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /** What a script can do. */
    static final class Session {
        private final Socket socket;

        Session(Socket socket) {
            this.socket = socket;
        }

        /** Reads the start-up packet after its length. */
        ByteBuf startup() {
            try {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                return Unpooled.wrappedBuffer(in.readNBytes(in.readInt() - 4));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Reads a message and answers its payload. */
        ByteBuf message() {
            try {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                in.readByte();
                return Unpooled.wrappedBuffer(in.readNBytes(MessageFrame.payloadBytes(in.readInt(), 10_000)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void send(Consumer<ByteBuf> writer) {
            ByteBuf out = Unpooled.buffer();
            writer.accept(out);
            try {
                socket.getOutputStream().write(out.array(), 0, out.readableBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
