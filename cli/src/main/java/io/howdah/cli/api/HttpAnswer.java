package io.howdah.cli.api;

import java.util.Map;

/**
 * One HTTP response.
 *
 * @param status the status code
 * @param headers names in lower case
 * @param body decoded as UTF-8
 */
public record HttpAnswer(int status, Map<String, String> headers, String body) {
    public HttpAnswer {
        headers = Map.copyOf(headers);
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
