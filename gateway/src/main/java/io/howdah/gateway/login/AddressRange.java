package io.howdah.gateway.login;

import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.Optional;

/** Addresses with a common beginning. */
public final class AddressRange {
    static final AddressRange ALL = new AddressRange(new byte[0], 0);

    private final byte[] address;
    private final int prefixBits;

    private AddressRange(byte[] address, int prefixBits) {
        this.address = address;
        this.prefixBits = prefixBits;
    }

    /** Reads {@code 10.0.0.0/8} or {@code ::1/128}; empty when it is nothing like that. */
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        byte[] bytes = slash < 0 ? null : NetUtil.createByteArrayFromIpAddressString(text.substring(0, slash));
        if (bytes == null || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            return Optional.empty();
        }
        int bits = Integer.parseInt(text.substring(slash + 1));
        return bits > bytes.length * Byte.SIZE ? Optional.empty() : Optional.of(new AddressRange(bytes, bits));
    }

    /** Reads an address and a mask beside it. */
    static Optional<AddressRange> parse(String text, String mask) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        byte[] maskBytes = NetUtil.createByteArrayFromIpAddressString(mask);
        if (bytes == null || maskBytes == null || bytes.length != maskBytes.length) {
            return Optional.empty();
        }
        int bits = 0;
        while (bits < maskBytes.length * Byte.SIZE && isSet(maskBytes, bits)) {
            bits++;
        }
        for (int bit = bits; bit < maskBytes.length * Byte.SIZE; bit++) {
            if (isSet(maskBytes, bit)) {
                return Optional.empty();
            }
        }
        return Optional.of(new AddressRange(bytes, bits));
    }

    private static boolean isSet(byte[] bytes, int bit) {
        return (bytes[bit / Byte.SIZE] >> (Byte.SIZE - 1 - bit % Byte.SIZE) & 1) == 1;
    }

    boolean contains(byte[] candidate) {
        if (address.length == 0) {
            return true;
        }
        if (candidate.length != address.length) {
            return false;
        }
        int whole = prefixBits / Byte.SIZE;
        if (!Arrays.equals(address, 0, whole, candidate, 0, whole)) {
            return false;
        }
        for (int bit = whole * Byte.SIZE; bit < prefixBits; bit++) {
            if (isSet(address, bit) != isSet(candidate, bit)) {
                return false;
            }
        }
        return true;
    }
}
