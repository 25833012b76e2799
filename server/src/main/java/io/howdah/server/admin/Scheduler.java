package io.howdah.server.admin;

import io.howdah.server.http.MalformedDocumentException;
import io.howdah.server.http.Problem;
import io.howdah.server.http.ProblemException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Begins operations at the time that was asked for. Each is begun once: it is marked as begun, durably, before it is. One whose
 * time has passed by more than {@link #GRACE}, because admin did not run or another operation did, expires instead: nobody
 * wants last night's switchover at noon.
 *
 * <p>A thread of its own looks at the clock several times a second, so a clock that is set needs no special care. Making and
 * canceling are safe from any thread.
 */
final class Scheduler implements AutoCloseable {
    static final Duration GRACE = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration FURTHEST = Duration.ofDays(366);
    private static final Duration NEWS = Duration.ofSeconds(1);

    private final Appointments appointments;
    private final OperationDispatch dispatch;
    private final Clock clock;
    private final Thread thread = Thread.ofVirtual().name("schedule").unstarted(this::run);

    Scheduler(Appointments appointments, OperationDispatch dispatch, Clock clock) {
        this.appointments = appointments;
        this.dispatch = dispatch;
        this.clock = clock;
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    /**
     * {@code {"at":"2026-11-22T03:00:00Z","operation":{"kind":"switchover","target":"node2"}}}
     *
     * @throws ProblemException when it cannot be kept
     */
    Appointment make(ObjectNode body) {
        OperationRequest.requireOnly(body, "at", "operation");
        if (!(body.get("operation") instanceof ObjectNode request)) {
            throw new MalformedDocumentException("operation should be what POST /api/v1/operations takes");
        }
        OperationRequest wanted = OperationRequest.parse(request);
        dispatch.requireSchedulable(wanted);
        Instant at = time(body.path("at").asString(""));
        Instant now = clock.instant();
        if (!at.isAfter(now)) {
            throw refusal("time_has_passed", "%s has passed; it is %s".formatted(at, now), "name a time to come");
        }
        if (at.isAfter(now.plus(FURTHEST))) {
            throw refusal("time_too_far", at + " is more than a year away", "name an earlier time");
        }
        return appointments.make(at, request);
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new MalformedDocumentException(
                    "at should be a time such as 2026-11-22T03:00:00Z, not '%s'".formatted(text), e);
        }
    }

    private static ProblemException refusal(String code, String detail, String hint) {
        return new ProblemException(new Problem(400, code, "It cannot be scheduled", detail, hint, false));
    }

    ObjectNode list() {
        ArrayNode list = Json.array();
        appointments.list().forEach(one -> list.add(one.toJson()));
        return Json.object().set("schedules", list);
    }

    Appointment cancel(String id) {
        Appointment present = appointments.find(id).orElseThrow(() -> missing(id));
        Appointment after = appointments.move(
                present.id(), Appointment.State.PENDING, Appointment.State.CANCELED, "", "canceled by an operator");
        if (present.isPending() && after.state() == Appointment.State.CANCELED) {
            return after;
        }
        throw new ProblemException(new Problem(
                409,
                "not_pending",
                "It can no longer be canceled",
                "%s is %s".formatted(id, after.state().word()),
                "howdah schedule list",
                false));
    }

    private static ProblemException missing(String id) {
        return new ProblemException(new Problem(
                404,
                "unknown_schedule",
                "There is nothing scheduled under that name",
                "'%s' is not known".formatted(id),
                "howdah schedule list",
                false));
    }

    private void run() {
        try {
            while (true) {
                Optional<Appointment> due = appointments.due();
                if (due.isPresent()) {
                    keep(due.get());
                }
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            LOG.debug("no longer watches the clock");
        }
    }

    private void keep(Appointment due) throws InterruptedException {
        Instant now = clock.instant();
        if (now.isAfter(due.at().plus(GRACE))) {
            expire(
                    due,
                    "its time passed by more than %d minutes while admin did not run or was busy"
                            .formatted(GRACE.toMinutes()));
            return;
        }
        if (dispatch.isBusy()) {
            return;
        }
        Appointment started = appointments.move(due.id(), Appointment.State.PENDING, Appointment.State.STARTED, "", "");
        if (started.state() != Appointment.State.STARTED) {
            return;
        }
        LOG.info("{}: its time, {}, has come: {}", due.id(), due.at(), due.request());
        try {
            Operation operation = dispatch.start(OperationRequest.parse(due.request()));
            operation.event("schedule", "%s, asked for at %s, begins".formatted(due.id(), due.made()));
            appointments.move(due.id(), Appointment.State.STARTED, Appointment.State.STARTED, operation.id(), "");
            await(due, operation);
        } catch (ProblemException | MalformedDocumentException e) {
            end(due, Appointment.State.FAILED, "", "it was refused: " + e.getMessage());
        }
    }

    private void await(Appointment due, Operation operation) throws InterruptedException {
        while (operation.isRunning()) {
            operation.awaitNews(Long.MAX_VALUE, NEWS);
        }
        Optional<OperationFailure> failure = operation.failure();
        if (failure.isEmpty()) {
            end(due, Appointment.State.DONE, operation.id(), "done");
        } else {
            end(
                    due,
                    Appointment.State.FAILED,
                    operation.id(),
                    "%s: %s".formatted(failure.get().title(), failure.get().detail()));
        }
    }

    private void expire(Appointment due, String why) {
        appointments.move(due.id(), Appointment.State.PENDING, Appointment.State.EXPIRED, "", why);
        LOG.warn("{} of {} expired: {}", due.id(), due.at(), why);
    }

    private void end(Appointment due, Appointment.State state, String operation, String words) {
        appointments.move(due.id(), Appointment.State.STARTED, state, operation, words);
        LOG.info("{}: {}", due.id(), words);
    }
}
