package io.howdah.cli.api;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * HTTP/1.1 over a plain socket (RFC 9112): one request per connection, bodies by length, in chunks or up to the end of
 * the connection. Blocks the calling thread; holds no state and may be used by many threads.
 */
public final class HttpClient {
    private static final int MAXIMUM_LINE = 16 * 1024;
    private static final int MAXIMUM_HEADERS = 200;
    private static final int MAXIMUM_BODY = 64 * 1024 * 1024;

    private final Duration connectTimeout;

    public HttpClient(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    /**
     * Sends one request and reads the whole answer.
     *
     * @param token bearer token, if the other side wants one
     * @param body JSON to send, if any
     * @param readTimeout how long the other side may be silent
     * @throws HttpException when there is no proper answer
     */
    public HttpAnswer send(
            String method, URI uri, Optional<String> token, Optional<String> body, Duration readTimeout) {
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(uri.getHost(), port), Math.toIntExact(connectTimeout.toMillis()));
            socket.setSoTimeout(Math.toIntExact(readTimeout.toMillis()));
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(request(method, uri, token, body));
            socket.getOutputStream().flush();
            return answer(new BufferedInputStream(socket.getInputStream()));
        } catch (SocketTimeoutException e) {
            throw new HttpException("%s did not answer in time".formatted(where(uri)), true, e);
        } catch (IOException | NumberFormatException e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new HttpException("%s: %s".formatted(where(uri), reason), false, e);
        }
    }

    private static String where(URI uri) {
        return uri.getHost() + ":" + uri.getPort();
    }

    private static byte[] request(String method, URI uri, Optional<String> token, Optional<String> body) {
        byte[] content = body.orElse("").getBytes(StandardCharsets.UTF_8);
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        StringBuilder head = new StringBuilder()
                .append(method + " " + uri.getRawPath() + query + " HTTP/1.1\r\n")
                .append("Host: " + where(uri) + "\r\n")
                .append("User-Agent: howdah\r\nAccept: application/json\r\nConnection: close\r\n");
        token.ifPresent(value -> head.append("Authorization: Bearer " + value + "\r\n"));
        if (body.isPresent()) {
            head.append("Content-Type: application/json\r\nContent-Length: " + content.length + "\r\n");
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(content);
        return request.toByteArray();
    }

    private static HttpAnswer answer(InputStream in) throws IOException {
        int status;
        Map<String, String> headers;
        do {
            status = status(line(in));
            headers = headers(in);
        } while (status >= 100 && status < 200);
        byte[] body = status == 204 || status == 304 ? new byte[0] : body(in, headers);
        return new HttpAnswer(status, headers, new String(body, StandardCharsets.UTF_8));
    }

    private static int status(String line) {
        if (!line.matches("HTTP/1\\.[01] \\d{3}( .*)?")) {
            throw new HttpException("the answer is not HTTP: " + line.substring(0, Math.min(60, line.length())));
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon < 1 || headers.size() >= MAXIMUM_HEADERS) {
                throw new HttpException("the answer's header is malformed: " + line);
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
        String length = headers.getOrDefault("content-length", "");
        if (headers.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .contains("chunked")) {
            return chunks(in);
        }
        return length.isEmpty() ? in.readNBytes(MAXIMUM_BODY) : exactly(in, Integer.parseInt(length));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String line = line(in);
            int semicolon = line.indexOf(';');
            int size = Integer.parseInt((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
            if (size == 0) {
                headers(in);
                return body.toByteArray();
            }
            body.writeBytes(exactly(in, size));
            if (body.size() > MAXIMUM_BODY || !line(in).isEmpty()) {
                throw new HttpException("the answer's chunks are malformed");
            }
        }
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        if (length < 0 || length > MAXIMUM_BODY) {
            throw new HttpException("the answer is too large: " + length + " bytes");
        }
        byte[] content = in.readNBytes(length);
        if (content.length < length) {
            throw new EOFException("the connection ended in the middle of the answer");
        }
        return content;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended before the answer did");
            }
            if (line.length() >= MAXIMUM_LINE) {
                throw new HttpException("the answer's header is too long");
            }
            line.append((char) next);
        }
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
    }
}
