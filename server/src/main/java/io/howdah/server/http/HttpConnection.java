package io.howdah.server.http;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP/1.1 exchange over a socket of its own (RFC 9112), for talking to our own interfaces: no redirects, no
 * compression, no reuse. Confined to one thread, except that {@link #close} may come from any.
 */
final class HttpConnection implements Closeable {
    private static final int HEAD_LIMIT_BYTES = 16 * 1024;

    private final Socket socket = new Socket();
    private final Endpoint endpoint;
    private final DeadlineInputStream timed;
    private final InputStream in;
    private final Map<String, String> headers = new HashMap<>();
    private int status;

    HttpConnection(Endpoint endpoint, Duration connectTimeout, Duration answerTimeout) throws IOException {
        this.endpoint = endpoint;
        long deadlineNanos = System.nanoTime() + answerTimeout.toNanos();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), (int)
                    Math.min(connectTimeout.toMillis(), answerTimeout.toMillis()));
            timed = new DeadlineInputStream(socket, deadlineNanos);
            in = new BufferedInputStream(timed, 4096);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends the request and reads the head of the answer. */
    int exchange(String method, String path, String jsonBody) throws IOException {
        byte[] body = jsonBody.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(256)
                .append(method)
                .append(' ')
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(endpoint.host())
                .append(':')
                .append(endpoint.port())
                .append("\r\nConnection: close\r\nAccept: application/json\r\n");
        if (!endpoint.bearer().isEmpty()) {
            head.append("Authorization: Bearer ").append(endpoint.bearer()).append("\r\n");
        }
        if (body.length > 0) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(body.length)
                    .append("\r\n");
        } else if (!method.equals("GET")) {
            head.append("Content-Length: 0\r\n");
        }
        head.append("\r\n");
        byte[] headBytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = new byte[headBytes.length + body.length];
        System.arraycopy(headBytes, 0, request, 0, headBytes.length);
        System.arraycopy(body, 0, request, headBytes.length, body.length);
        socket.getOutputStream().write(request);
        readHead();
        return status;
    }

    /** The body as its sender meant it, without the framing. */
    InputStream body() {
        if (headers.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .contains("chunked")) {
            return new ChunkedInputStream(in);
        }
        return in;
    }

    /** The length that the sender announced, or the limit when it announced none. */
    int announcedLength(int limit) throws IOException {
        String length = headers.get("content-length");
        if (length == null) {
            return limit;
        }
        try {
            return Math.min(limit, Integer.parseInt(length));
        } catch (NumberFormatException e) {
            throw new IOException("the answer's Content-Length is '" + length + "'", e);
        }
    }

    void limitSilence(Duration limit) {
        timed.limitSilence(limit);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void readHead() throws IOException {
        String first = readLine();
        String[] words = first.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-5][0-9][0-9]")) {
            throw new IOException("not an HTTP answer: '" + first.substring(0, Math.min(80, first.length())) + "'");
        }
        status = Integer.parseInt(words[1]);
        int total = first.length();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            total += line.length();
            if (total > HEAD_LIMIT_BYTES) {
                throw new IOException("the head of the answer is longer than " + HEAD_LIMIT_BYTES + " bytes");
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).trim());
            }
        }
    }

    private String readLine() throws IOException {
        return Lines.read(in, HEAD_LIMIT_BYTES);
    }
}
