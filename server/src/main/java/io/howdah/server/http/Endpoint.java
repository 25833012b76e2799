package io.howdah.server.http;

/**
 * Where an HTTP interface of the product listens and what opens it.
 *
 * @param bearer the secret for the Authorization header; empty for calls that need none
 */
public record Endpoint(String host, int port, String bearer) {
    /** For messages to people: never shows the secret. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
