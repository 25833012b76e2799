package io.howdah.server.http;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Calls an HTTP interface of the product and waits for the whole answer, but never longer than it was told to: the limit
 * covers connecting, the head and every byte of the body.
 *
 * <p>Blocks the calling thread; safe from any thread.
 */
public final class HttpCaller {
    private static final int BODY_LIMIT_BYTES = 4 * 1024 * 1024;

    private final Duration connectTimeout;

    public HttpCaller(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public HttpAnswer get(Endpoint endpoint, String path, Duration timeout) {
        return call(endpoint, "GET", path, "", timeout);
    }

    public HttpAnswer post(Endpoint endpoint, String path, String json, Duration timeout) {
        return call(endpoint, "POST", path, json, timeout);
    }

    /** @throws UnreachableException when no complete answer came */
    private HttpAnswer call(Endpoint endpoint, String method, String path, String json, Duration timeout) {
        try (HttpConnection connection = new HttpConnection(endpoint, connectTimeout, timeout)) {
            int status = connection.exchange(method, path, json);
            byte[] body = connection.body().readNBytes(connection.announcedLength(BODY_LIMIT_BYTES));
            return new HttpAnswer(status, new String(body, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unreachable(endpoint, e);
        }
    }

    private static UnreachableException unreachable(Endpoint endpoint, IOException cause) {
        boolean refused = isRefused(cause);
        String what = refused ? "nobody listens (connection refused)" : reason(cause);
        return new UnreachableException(endpoint + ": " + what, refused, cause);
    }

    static boolean isRefused(IOException cause) {
        String message = cause.getMessage();
        return cause instanceof ConnectException && message != null && message.contains("refused");
    }

    private static String reason(IOException cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
