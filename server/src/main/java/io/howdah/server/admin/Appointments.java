package io.howdah.server.admin;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.howdah.server.configuration.AtomicFile;
import io.howdah.server.http.MalformedDocumentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The appointments, kept in one file of the cluster's directory (0600). Each change is on disk before anybody hears of it, so
 * that an appointment is never kept twice: rather not at all than again after a crash.
 */
@ThreadSafe
final class Appointments {
    private static final Logger LOG = LoggerFactory.getLogger(Appointments.class);

    /** How many that are over are remembered. */
    private static final int REMEMBERED = 50;

    private final Path file;
    private final Clock clock;
    private final RandomGenerator random;

    @GuardedBy("this")
    private final Map<String, Appointment> all = new LinkedHashMap<>();

    Appointments(Path file, Clock clock, RandomGenerator random) {
        this.file = file;
        this.clock = clock;
        this.random = random;
    }

    /** Reads the file. What was begun by a process that did not live to see the end is marked so, and not begun again. */
    synchronized void load() {
        try {
            JsonNode list = Json.readObject(Files.readString(file, StandardCharsets.UTF_8))
                    .path("schedules");
            for (JsonNode item : list) {
                if (item instanceof ObjectNode object) {
                    Appointment read = Appointment.parse(object);
                    all.put(read.id(), read);
                }
            }
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException | MalformedDocumentException | IllegalArgumentException | DateTimeException e) {
            // Nothing is lost that a person could not ask for again; nothing is done that nobody can read.
            LOG.warn("{} cannot be read, so nothing is scheduled: {}", file, e.getMessage());
            return;
        }
        for (Appointment interrupted : List.copyOf(all.values())) {
            if (interrupted.state() == Appointment.State.STARTED) {
                set(interrupted.become(
                        Appointment.State.FAILED,
                        interrupted.operation(),
                        "admin ended while it was under way; 'howdah status' shows what the cluster is at"));
            }
        }
    }

    synchronized Appointment make(Instant at, ObjectNode request) {
        String id = "s%s-%03x".formatted(Long.toString(clock.millis(), 36), random.nextInt(0x1000));
        Appointment made = new Appointment(id, at, clock.instant(), request, Appointment.State.PENDING, "", "");
        set(made);
        return made;
    }

    synchronized Optional<Appointment> find(String id) {
        return Optional.ofNullable(all.get(id));
    }

    /** The pending ones first, the soonest on top; then the others, the newest on top. */
    synchronized List<Appointment> list() {
        return all.values().stream()
                .sorted(Comparator.comparing((Appointment one) -> !one.isPending())
                        .thenComparingLong(one -> one.isPending()
                                ? one.at().toEpochMilli()
                                : -one.at().toEpochMilli())
                        .thenComparing(Appointment::id))
                .toList();
    }

    /** The pending one whose time has come first; empty while there is none. */
    synchronized Optional<Appointment> due() {
        return all.values().stream()
                .filter(one -> one.isPending() && !one.at().isAfter(clock.instant()))
                .min(Comparator.comparing(Appointment::at).thenComparing(Appointment::id));
    }

    /**
     * Moves an appointment on, unless somebody was faster.
     *
     * @return the appointment as it is now; its state tells whether it moved
     */
    synchronized Appointment move(
            String id, Appointment.State from, Appointment.State to, String operation, String words) {
        Appointment present = Optional.ofNullable(all.get(id)).orElseThrow();
        if (present.state() == from) {
            set(present.become(to, operation, words));
        }
        return Optional.ofNullable(all.get(id)).orElseThrow();
    }

    @GuardedBy("this")
    private void set(Appointment changed) {
        Map<String, Appointment> next = new LinkedHashMap<>(all);
        next.put(changed.id(), changed);
        next.values().stream()
                .filter(one -> !one.isPending())
                .sorted(Comparator.comparing(Appointment::at).reversed())
                .skip(REMEMBERED)
                .map(Appointment::id)
                .toList()
                .forEach(next::remove);
        ObjectNode document = Json.object();
        ArrayNode list = document.putArray("schedules");
        next.values().forEach(one -> list.add(one.toJson()));
        AtomicFile.write(file, Json.write(document) + "\n", AtomicFile.Access.PRIVATE);
        all.clear();
        all.putAll(next);
    }
}
