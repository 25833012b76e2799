package io.howdah.server.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Takes the chunks of a body of unknown length apart (RFC 9112 section 7.1); trailers are dropped. Confined to one thread. */
final class ChunkedInputStream extends InputStream {
    private static final int SIZE_LINE_LIMIT = 256;

    private final InputStream source;
    private long remaining;
    private boolean first = true;
    private boolean ended;

    ChunkedInputStream(InputStream source) {
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (remaining == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int count = source.read(target, offset, (int) Math.min(length, remaining));
        if (count < 0) {
            throw new EOFException("the connection ended within a chunk");
        }
        remaining -= count;
        return count;
    }

    private void nextChunk() throws IOException {
        if (!first) {
            Lines.read(source, SIZE_LINE_LIMIT);
        }
        first = false;
        String line = Lines.read(source, SIZE_LINE_LIMIT);
        int extension = line.indexOf(';');
        String size = (extension < 0 ? line : line.substring(0, extension)).trim();
        try {
            remaining = Long.parseLong(size, 16);
        } catch (NumberFormatException e) {
            throw new IOException("'" + size + "' is not the size of a chunk", e);
        }
        ended = remaining == 0;
    }
}
