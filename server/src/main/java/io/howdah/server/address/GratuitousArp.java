package io.howdah.server.address;

import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Tells a network's hosts who has an address now (RFC 5227, section 3), in both forms that hosts listen to: a request and a reply about
 * the sender itself. Through a packet socket (packet(7)); needs CAP_NET_RAW.
 */
final class GratuitousArp {
    private static final int AF_PACKET = 17;
    private static final int SOCK_DGRAM = 2;
    private static final short ETHERTYPE_ARP = 0x0806;
    private static final short ETHERTYPE_IPV4 = 0x0800;
    private static final short HARDWARE_ETHERNET = 1;
    private static final short REQUEST = 1;
    private static final short REPLY = 2;
    private static final int MAC_BYTES = 6;
    private static final int IPV4_BYTES = 4;
    private static final int PACKET_BYTES = 28;
    /** struct sockaddr_ll, with room for eight bytes of address. */
    private static final int ADDRESS_BYTES = 20;

    private GratuitousArp() {}

    /** Tells it once; says why it could not. An interface without hardware addresses has nobody to tell. */
    static Optional<String> send(String network, byte[] address) {
        try {
            NetworkInterface found = NetworkInterface.getByName(network);
            byte[] mac = found == null ? null : found.getHardwareAddress();
            if (mac == null || mac.length != MAC_BYTES) {
                return Optional.empty();
            }
            try (RawSocket socket = RawSocket.open(AF_PACKET, SOCK_DGRAM, Short.reverseBytes(ETHERTYPE_ARP))) {
                for (short operation : new short[] {REQUEST, REPLY}) {
                    socket.message(packet(operation, mac, address), everybody(found.getIndex()))
                            .send();
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Says why it could not be sent, without sending. */
    static Optional<String> rehearse() {
        try (RawSocket _ = RawSocket.open(AF_PACKET, SOCK_DGRAM, Short.reverseBytes(ETHERTYPE_ARP))) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** struct sockaddr_ll: family and interface in the machine's order, the protocol in the network's. */
    private static byte[] everybody(int network) {
        ByteBuffer to = ByteBuffer.allocate(ADDRESS_BYTES);
        to.order(ByteOrder.nativeOrder()).putShort((short) AF_PACKET);
        to.order(ByteOrder.BIG_ENDIAN).putShort(ETHERTYPE_ARP);
        to.order(ByteOrder.nativeOrder()).putInt(network).putShort(HARDWARE_ETHERNET);
        to.put((byte) 0).put((byte) MAC_BYTES).put(broadcast());
        return to.array();
    }

    private static byte[] packet(short operation, byte[] mac, byte[] address) {
        return ByteBuffer.allocate(PACKET_BYTES)
                .putShort(HARDWARE_ETHERNET)
                .putShort(ETHERTYPE_IPV4)
                .put((byte) MAC_BYTES)
                .put((byte) IPV4_BYTES)
                .putShort(operation)
                .put(mac)
                .put(address)
                .put(broadcast())
                .put(address)
                .array();
    }

    private static byte[] broadcast() {
        byte[] all = new byte[MAC_BYTES];
        Arrays.fill(all, (byte) 0xFF);
        return all;
    }
}
