package io.howdah.gateway.session;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * What a Parse message asks for, without the name: text and parameter types. Interned: all clients of an event loop that prepare the
 * same share it, and each server connection prepares it at most once.
 */
final class StatementEntry {
    /** The body of the Parse message after the name. */
    final byte[] body;

    private final int hash;
    /** Counts how often servers said that what they had prepared is out of date. */
    int edition;

    StatementEntry(ByteBuf in, int from, int to) {
        body = new byte[to - from];
        in.getBytes(from, body);
        hash = Arrays.hashCode(body);
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof StatementEntry other && hash == other.hash && Arrays.equals(body, other.body);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
