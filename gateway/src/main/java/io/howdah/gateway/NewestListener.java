package io.howdah.gateway;

import io.netty.channel.Channel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Leads every new connection of a port that two processes share to the one that came last (socket(7), SO_ATTACH_REUSEPORT_CBPF). The
 * kernel then gives the other listener nothing more, so that one can accept what it had been given, and close without a loss: closing a
 * listener resets the connections that wait in its queue, and SO_REUSEPORT alone would go on filling it until then.
 */
final class NewestListener {
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_REUSEPORT_CBPF = 51;
    /** struct sock_fprog: a count, padding, and a pointer. */
    private static final int PROGRAM_BYTES = 16;

    private static final int POINTER_AT = 8;
    /** struct sock_filter: code, jumps, constant. */
    private static final int INSTRUCTION_BYTES = 8;

    private static final int CONSTANT_AT = 4;
    /** BPF_RET | BPF_K: the program's answer is a constant. */
    private static final short RETURN_CONSTANT = 0x06;
    /** Listeners are numbered as they come; a number that nobody has (any more) means the usual spread. */
    private static final int SECOND = 1;

    private static final RawUnixChannelOption ATTACH =
            new RawUnixChannelOption("SO_ATTACH_REUSEPORT_CBPF", SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, PROGRAM_BYTES);

    private NewestListener() {}

    /** Says whether the kernel agreed; afterwards the second of two listeners gets every new connection. */
    static boolean prefer(Channel listener) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment instruction = arena.allocate(INSTRUCTION_BYTES, INSTRUCTION_BYTES);
            instruction.set(ValueLayout.JAVA_SHORT, 0, RETURN_CONSTANT);
            instruction.set(ValueLayout.JAVA_INT, CONSTANT_AT, SECOND);
            ByteBuffer program = ByteBuffer.allocateDirect(PROGRAM_BYTES).order(ByteOrder.nativeOrder());
            program.putShort(0, (short) 1);
            program.putLong(POINTER_AT, instruction.address());
            // The kernel copies the program before the call returns.
            return listener.config().setOption(ATTACH, program);
        }
    }
}
