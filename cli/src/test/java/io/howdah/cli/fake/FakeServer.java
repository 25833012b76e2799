package io.howdah.cli.fake;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * An HTTP server on a port of the system's choice that answers from a table of paths. Answers are sent in chunks, as
 * the real admin may do. Anything not in the table is 404 with a problem document.
 */
public final class FakeServer implements AutoCloseable {
    private final ServerSocket socket;
    private final Map<String, Function<Request, Response>> routes = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /** A request as it came in. */
    public record Request(String method, String path, String query, String authorization, String body) {}

    /** What to answer. */
    public record Response(int status, String body) {
        public static Response ok(String body) {
            return new Response(200, body);
        }
    }

    public FakeServer() {
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::acceptAll);
    }

    public FakeServer on(String methodAndPath, Function<Request, Response> answer) {
        routes.put(methodAndPath, answer);
        return this;
    }

    public FakeServer on(String methodAndPath, String body) {
        return on(methodAndPath, request -> Response.ok(body));
    }

    public int port() {
        return socket.getLocalPort();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    private void acceptAll() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            Request request = read(new BufferedInputStream(connection.getInputStream()));
            requests.add(request);
            Response response = routes.getOrDefault(
                            request.method() + " " + request.path(),
                            unknown -> new Response(404, "{\"title\":\"nothing is at " + unknown.path() + "\"}"))
                    .apply(request);
            connection.getOutputStream().write(chunked(response));
        } catch (IOException e) {
            // The client has gone; that is its right.
            return;
        }
    }

    private static Request read(InputStream in) throws IOException {
        String[] first = line(in).split(" ");
        String authorization = "";
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.startsWith("Authorization: ")) {
                authorization = header.substring("Authorization: ".length());
            }
            if (header.startsWith("Content-Length: ")) {
                length = Integer.parseInt(header.substring("Content-Length: ".length()));
            }
        }
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        URI target = URI.create(first[1]);
        String query = target.getQuery() == null ? "" : target.getQuery();
        return new Request(first[0], target.getPath(), query, authorization, body);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /** Two chunks, cut at an arbitrary byte. */
    private static byte[] chunked(Response response) {
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        int cut = body.length / 2;
        byte[] start = ("HTTP/1.1 " + response.status() + " Whatever\r\nTransfer-Encoding: chunked\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(start);
        for (byte[] part : List.of(Arrays.copyOfRange(body, 0, cut), Arrays.copyOfRange(body, cut, body.length))) {
            if (part.length > 0) {
                out.writeBytes((Integer.toHexString(part.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.writeBytes(part);
                out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
        out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
