package io.howdah.server.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads lines of limited length from a stream of bytes. */
final class Lines {
    private Lines() {}

    /**
     * Reads up to the next line feed and drops it together with a carriage return before it.
     *
     * @throws EOFException when the stream ends first
     */
    static String read(InputStream in, int limitBytes) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        int next = in.read();
        while (next != '\n') {
            if (next < 0) {
                throw new EOFException("the connection ended");
            }
            if (line.size() == limitBytes) {
                throw new IOException("a line is longer than " + limitBytes + " bytes");
            }
            line.write(next);
            next = in.read();
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
