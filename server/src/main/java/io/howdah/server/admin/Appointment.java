package io.howdah.server.admin;

import java.time.Instant;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * An operation that is to begin at a certain time.
 *
 * @param request the body that would start it at once
 * @param operation the operation that was started; empty before
 * @param words how it ended, for a person; empty before
 */
record Appointment(
        String id, Instant at, Instant made, ObjectNode request, State state, String operation, String words) {
    /** An appointment is kept once: from PENDING it goes to STARTED, and what follows never leads back. */
    enum State {
        PENDING,
        /** The operation was, or was about to be, begun. */
        STARTED,
        DONE,
        FAILED,
        /** Its time passed while it could not be begun. */
        EXPIRED,
        CANCELED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Appointment become(State next, String started, String told) {
        return new Appointment(id, at, made, request, next, started, told);
    }

    boolean isPending() {
        return state == State.PENDING;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("id", id)
                .put("at", at.toString())
                .put("made", made.toString())
                .put("state", state.word());
        json.set("operation", request);
        return json.put("operation_id", operation.isEmpty() ? null : operation).put("words", words);
    }

    /** @throws IllegalArgumentException when a time or the state is not one */
    static Appointment parse(ObjectNode json) {
        if (!(json.get("operation") instanceof ObjectNode request)) {
            throw new IllegalArgumentException("it names no operation");
        }
        return new Appointment(
                json.path("id").asString(""),
                Instant.parse(json.path("at").asString("")),
                Instant.parse(json.path("made").asString("")),
                request,
                State.valueOf(json.path("state").asString("").toUpperCase(Locale.ROOT)),
                json.path("operation_id").asString(""),
                json.path("words").asString(""));
    }
}
