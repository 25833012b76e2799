package io.howdah.server.address;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * A socket of a kind that Java does not have, through the C library. Needs {@code --enable-native-access=ALL-UNNAMED} to stay silent.
 * Used by one thread.
 */
final class RawSocket implements AutoCloseable {
    private static final int CLOSE_ON_EXEC = 0x80000;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MethodHandle SOCKET = function("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    private static final MethodHandle SEND = function(
            "sendto", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle RECEIVE =
            function("recv", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG, INT));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(INT, INT));

    private final Arena arena = Arena.ofConfined();
    private final int descriptor;

    private RawSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    @SuppressWarnings("restricted") // calling the C library is the purpose of this class
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    /** The three numbers of socket(2). */
    static RawSocket open(int domain, int type, int protocol) throws IOException {
        int descriptor;
        try {
            descriptor = (int) SOCKET.invokeExact(domain, type | CLOSE_ON_EXEC, protocol);
        } catch (Throwable e) {
            throw new IllegalStateException("calling the C library failed", e);
        }
        if (descriptor < 0) {
            throw new IOException("the kernel refuses the socket");
        }
        return new RawSocket(descriptor);
    }

    /** Makes a message ready, so that {@link Message#send} is as short as can be. */
    Message message(byte[] content, byte[] to) {
        return new Message(bytes(content), content.length, bytes(to), to.length);
    }

    private MemorySegment bytes(byte[] content) {
        return content.length == 0 ? MemorySegment.NULL : arena.allocateFrom(ValueLayout.JAVA_BYTE, content);
    }

    /** Something to be sent once. */
    final class Message {
        private final MemorySegment content;
        private final int length;
        private final MemorySegment to;
        private final int toLength;

        private Message(MemorySegment content, int length, MemorySegment to, int toLength) {
            this.content = content;
            this.length = length;
            this.to = to;
            this.toLength = toLength;
        }

        void send() throws IOException {
            long sent;
            try {
                sent = (long) SEND.invokeExact(descriptor, content, (long) length, 0, to, toLength);
            } catch (Throwable e) {
                throw new IllegalStateException("calling the C library failed", e);
            }
            if (sent != length) {
                throw new IOException("the kernel does not take the message");
            }
        }
    }

    /** Waits for one message. */
    byte[] receive(int mostBytes) throws IOException {
        MemorySegment buffer = arena.allocate(mostBytes);
        long received;
        try {
            received = (long) RECEIVE.invokeExact(descriptor, buffer, (long) mostBytes, 0);
        } catch (Throwable e) {
            throw new IllegalStateException("calling the C library failed", e);
        }
        if (received < 0) {
            throw new IOException("the kernel does not answer");
        }
        return Arrays.copyOf(buffer.toArray(ValueLayout.JAVA_BYTE), (int) received);
    }

    @Override
    public void close() {
        try {
            int _ = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("calling the C library failed", e);
        }
        arena.close();
    }
}
