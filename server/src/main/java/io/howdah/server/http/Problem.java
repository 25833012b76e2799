package io.howdah.server.http;

import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Why a request failed, for a program and for a person (RFC 9457).
 *
 * @param status the HTTP status code
 * @param code a stable word for programs, such as {@code operation_running}; also the end of the problem's type
 * @param title what failed, the same for every occurrence
 * @param detail why it failed this time
 * @param hint what to do next; empty when there is nothing to do
 * @param retryable whether the same request may succeed later
 */
public record Problem(int status, String code, String title, String detail, String hint, boolean retryable) {
    public static final String CONTENT_TYPE = "application/problem+json";

    private static final JsonFactory JSON = new JsonFactory();
    private static final String TYPE_PREFIX = "urn:howdah:problem:";

    public String toJson() {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("type", TYPE_PREFIX + code.replace('_', '-'));
            json.writeStringProperty("title", title);
            json.writeNumberProperty("status", status);
            json.writeStringProperty("detail", detail);
            json.writeStringProperty("code", code);
            json.writeStringProperty("hint", hint);
            json.writeBooleanProperty("retryable", retryable);
            json.writeEndObject();
        }
        return text.toString();
    }
}
