package io.howdah.gateway.session;

import io.howdah.gateway.dialogue.RequestWatch;
import io.howdah.gateway.metrics.SlowQuery;
import io.howdah.gateway.metrics.SlowQuerySettings;
import io.howdah.gateway.metrics.StatementTable;
import io.howdah.gateway.metrics.StatementTally;
import io.howdah.gateway.protocol.ClientAddress;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.state.Interner;
import io.howdah.gateway.state.Reported;
import io.howdah.gateway.state.StatementEntry;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what the requests of one session did, by the shape of their statements. A request, which is what one ReadyForQuery answers,
 * counts under its first statement. Requests in flight are remembered in the order in which they are answered.
 */
final class RequestTally implements RequestWatch {
    private static final int SMALLEST = 4;
    /** More requests in flight than this are not told apart. */
    private static final int MOST = 1024;
    /** Of a text that is logged as it was sent. */
    private static final int LONGEST_TEXT = 4 << 10;

    private final Session session;
    private final Worker worker;
    private final StatementTable table;
    private final long salt;
    private @Nullable StatementTally[] inFlight = new StatementTally[SMALLEST];
    private int head;
    private int size;

    /** Of the request that is being sent. */
    private @Nullable StatementTally current;

    private boolean executed;
    /** Of the unnamed statement. */
    private @Nullable StatementTally unnamed;
    /** Of the request that is being answered. */
    private long rows;

    private long bytes;
    private long errors;
    private @Nullable SlowQuerySettings slowSettings;
    private long slowNanos = Long.MAX_VALUE;
    /** The texts of those in flight as they were sent, where that is configured. */
    private final ArrayDeque<String> texts = new ArrayDeque<>();

    private String currentText = "";
    private @Nullable Reported reportedSeen;
    private boolean readable;

    RequestTally(Session session, Worker worker) {
        this.session = session;
        this.worker = worker;
        this.table = worker.statements();
        this.salt = 31L * session.database().hashCode() + session.user().hashCode();
    }

    // ---- what is sent

    @Override
    public void needsEmptyDatabase(Statement statement) {
        session.commands().needsEmptyDatabase(statement);
    }

    @Override
    public void text(ByteBuf in, int from, int to, boolean becomesUnnamed) {
        if (current != null && !becomesUnnamed) {
            return;
        }
        StatementTally found = isReadable()
                ? tally(worker.texts().shape(in, from, to), () -> worker.texts().shapeText(in, from, to))
                : unreadable();
        if (becomesUnnamed) {
            unnamed = found;
        }
        if (current == null) {
            current = found;
            if (worker.slowQueries().settings().wholeText()) {
                currentText = in.toString(from, Math.clamp(to - from, 0, LONGEST_TEXT), StandardCharsets.UTF_8);
            }
        }
    }

    @Override
    public void unnamed() {
        if (current == null) {
            current = unnamed;
        }
    }

    @Override
    public void prepared(StatementEntry entry) {
        if (current == null) {
            current = isReadable()
                    ? tally(
                            entry.shape(worker.texts().shapes()),
                            () -> entry.shapeText(worker.texts().shapes()))
                    : unreadable();
        }
    }

    private StatementTally unreadable() {
        return tally(1, () -> "(a text that only the server can read)");
    }

    private StatementTally tally(long shape, Supplier<String> text) {
        long key = (shape * 0x9e3779b97f4a7c15L) ^ salt;
        StatementTally found = table.find(key);
        return found == null ? table.add(key, session.database(), session.user(), text) : found;
    }

    /** With other rules for strings, what looks like words may be part of a constant. */
    private boolean isReadable() {
        Reported now = session.replies().known();
        if (reportedSeen == null || !Interner.same(reportedSeen, now)) {
            reportedSeen = now;
            readable = !now.values()
                    .getOrDefault("standard_conforming_strings", "on")
                    .equals("off");
        }
        return readable;
    }

    @Override
    public void executes() {
        executed = true;
    }

    @Override
    public void ends() {
        if (size < MOST) {
            if (size == inFlight.length) {
                grow();
            }
            inFlight[(head + size) & (inFlight.length - 1)] = executed ? current : null;
            size++;
            if (worker.slowQueries().settings().wholeText() || !texts.isEmpty()) {
                texts.add(currentText);
            }
        }
        current = null;
        currentText = "";
        executed = false;
    }

    private void grow() {
        @Nullable StatementTally[] wider = new StatementTally[inFlight.length * 2];
        for (int index = 0; index < size; index++) {
            wider[index] = inFlight[(head + index) & (inFlight.length - 1)];
        }
        inFlight = wider;
        head = 0;
    }

    // ---- what is answered

    /** A row or a piece of copied data. */
    void data(long length) {
        bytes += length;
    }

    /** A command is complete; its tag lies in {@code [start, end)}. */
    void completed(ByteBuf in, int start, int end) {
        long number = 0;
        long digit = 1;
        // The tag ends with how many rows it was, if it was about rows, and a zero byte.
        for (int index = end - 2; index >= start && digit <= 1_000_000_000_000_000L; index--) {
            byte character = in.getByte(index);
            if (character < '0' || character > '9') {
                break;
            }
            number += (character - '0') * digit;
            digit *= 10;
        }
        rows += number;
    }

    void failed() {
        errors++;
    }

    /**
     * The oldest request is answered.
     *
     * @param nanos since it was sent, or the one before it was answered
     * @param waited how much of that it waited for a server connection
     */
    void answered(long nanos, long waited) {
        StatementTally done = size == 0 ? null : inFlight[head];
        String text = texts.poll();
        if (size > 0) {
            inFlight[head] = null;
            head = (head + 1) & (inFlight.length - 1);
            size--;
        }
        if (done != null) {
            table.answered(
                    done, nanos, waited, rows, bytes, errors, session.server().isStandby());
            if (nanos >= slowNanos()) {
                logSlow(done, text == null ? "" : text, nanos, waited);
            }
        }
        rows = 0;
        bytes = 0;
        errors = 0;
        if (session.conversation().expected().isEmpty()) {
            size = 0;
            texts.clear();
        }
    }

    private long slowNanos() {
        SlowQuerySettings now = worker.slowQueries().settings();
        // One object until the configuration changes.
        if (slowSettings == null || !Interner.same(slowSettings, now)) {
            slowSettings = now;
            slowNanos = now.thresholdNanos(session.database(), session.user());
        }
        return slowNanos;
    }

    private void logSlow(StatementTally done, String text, long nanos, long waited) {
        Backend place = session.place();
        SlowQuery slow = new SlowQuery(
                session.database(),
                session.user(),
                session.replies().known().values().getOrDefault("application_name", ""),
                String.valueOf(ClientAddress.of(session.client().channel())),
                place == null ? "" : place.node().value(),
                nanos,
                waited,
                rows,
                bytes,
                errors,
                text.isEmpty() ? done.text() : text);
        worker.slowQueries().write(slow, worker.nanoTime());
    }

    /** Nothing that was sent will be answered by a server, or it is sent again. */
    void forget() {
        Arrays.fill(inFlight, null);
        texts.clear();
        currentText = "";
        size = 0;
        current = null;
        executed = false;
        rows = 0;
        bytes = 0;
        errors = 0;
    }
}
