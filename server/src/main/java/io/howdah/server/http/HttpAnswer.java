package io.howdah.server.http;

/** The status code and the whole body of an answer. */
public record HttpAnswer(int status, String body) {
    public boolean successful() {
        return status >= 200 && status < 300;
    }
}
