package io.howdah.server.address;

import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BooleanSupplier;

/**
 * Puts an IPv4 address on an interface for some seconds, and takes it off, as {@code ip address replace ... valid_lft} does (rtnetlink(7)),
 * without the time and the chances for delay that starting a program has. Needs CAP_NET_ADMIN. Used by one thread.
 */
final class InterfaceAddress {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final byte AF_INET = 2;
    private static final short RTM_NEWADDR = 20;
    private static final short RTM_DELADDR = 21;
    private static final int REQUEST_WITH_ANSWER = 0x1 | 0x4;
    private static final int CREATE_OR_REPLACE = 0x400 | 0x100;
    private static final short IFA_ADDRESS = 1;
    private static final short IFA_LOCAL = 2;
    private static final short IFA_CACHEINFO = 6;
    private static final int HEADER_BYTES = 16;
    private static final int ANSWER_BYTES = 4_096;

    private static final int NOT_PERMITTED = 1;
    private static final int NO_SUCH_DEVICE = 19;
    private static final int NO_SUCH_ADDRESS = 99;

    private final String network;
    private final byte[] address;
    private final int prefix;

    InterfaceAddress(String network, byte[] address, int prefix) {
        this.network = network;
        this.address = address.clone();
        this.prefix = prefix;
    }

    /** How it ended; {@code words} say why when it did not. */
    record Result(boolean done, boolean tooLate, String words) {
        private static final Result DONE = new Result(true, false, "");
    }

    /** @param inTime asked at the last moment before the kernel is told; if it says no, the kernel is not told */
    Result put(long seconds, BooleanSupplier inTime) {
        return request(RTM_NEWADDR, CREATE_OR_REPLACE, (int) seconds, inTime);
    }

    /** Done also when it was not there. */
    Result take() {
        return request(RTM_DELADDR, 0, 0, () -> true);
    }

    /**
     * Does nothing to the host, by taking off an address that none has: says whether this process may change addresses at all, and has
     * everything loaded that the first real request would wait for.
     */
    Result rehearse() {
        return new InterfaceAddress(network, new byte[address.length], Integer.BYTES * Byte.SIZE).take();
    }

    private Result request(short type, int flags, int seconds, BooleanSupplier inTime) {
        try (RawSocket socket = RawSocket.open(AF_NETLINK, SOCK_RAW, 0)) {
            NetworkInterface found = NetworkInterface.getByName(network);
            if (found == null) {
                return result(type, NO_SUCH_DEVICE);
            }
            RawSocket.Message message = socket.message(message(type, flags, found.getIndex(), seconds), new byte[0]);
            if (!inTime.getAsBoolean()) {
                return new Result(false, true, "");
            }
            message.send();
            ByteBuffer answer = ByteBuffer.wrap(socket.receive(ANSWER_BYTES)).order(ByteOrder.nativeOrder());
            return result(type, -answer.getInt(HEADER_BYTES));
        } catch (IOException e) {
            return new Result(false, false, "the kernel cannot be told: " + e.getMessage());
        }
    }

    private Result result(short type, int error) {
        boolean gone = type == RTM_DELADDR && (error == NO_SUCH_DEVICE || error == NO_SUCH_ADDRESS);
        if (error == 0 || gone) {
            return Result.DONE;
        }
        return new Result(
                false,
                false,
                switch (error) {
                    case NOT_PERMITTED -> "the gateway may not change the addresses of " + network;
                    case NO_SUCH_DEVICE -> "there is no interface " + network;
                    default -> "the kernel refuses it with error " + error;
                });
    }

    /** struct nlmsghdr, struct ifaddrmsg, and attributes; all in the machine's order but the address. */
    private byte[] message(short type, int flags, int index, int seconds) {
        ByteBuffer body = ByteBuffer.allocate(128).order(ByteOrder.nativeOrder());
        body.put(AF_INET).put((byte) prefix).put((byte) 0).put((byte) 0).putInt(index);
        body.putShort((short) 8).putShort(IFA_LOCAL).put(address);
        body.putShort((short) 8).putShort(IFA_ADDRESS).put(address);
        if (seconds > 0) {
            body.putShort((short) 20).putShort(IFA_CACHEINFO);
            body.putInt(seconds).putInt(seconds).putInt(0).putInt(0);
        }
        int length = HEADER_BYTES + body.position();
        ByteBuffer whole = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        whole.putInt(length).putShort(type).putShort((short) (REQUEST_WITH_ANSWER | flags));
        whole.putInt(1).putInt(0).put(body.flip());
        return whole.array();
    }
}
