package io.howdah.server.node;

import com.google.errorprone.annotations.ThreadSafe;
import io.howdah.kernel.election.Input;
import io.howdah.kernel.model.Pause;
import io.howdah.server.configuration.AtomicFile;
import io.howdah.server.node.NodeHttp.OrderAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes the operator's word on elections, keeps it across restarts and ends a pause whose time has come. Every node does the
 * last by itself, to the same next word, so that a pause also ends while nodes cannot reach each other.
 */
@ThreadSafe
final class PauseDesk {
    private static final Logger LOG = LoggerFactory.getLogger(PauseDesk.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int LONGEST_REASON = 200;

    private final Path file;
    private final StatusBoard board;
    private final Consumer<Input> core;
    private final InstantSource clock;
    private final Thread watch = Thread.ofVirtual().name("pause").unstarted(this::endWhenDue);

    PauseDesk(Path file, StatusBoard board, Consumer<Input> core, InstantSource clock) {
        this.file = file;
        this.board = board;
        this.core = core;
        this.clock = clock;
    }

    void start() {
        load();
        watch.start();
    }

    void stop() {
        watch.interrupt();
    }

    /** {@code {"on":true,"seconds":3600,"reason":"new switches"}}; without seconds until an operator ends it. */
    OrderAnswer run(String body) {
        Pause known = board.latest().pause();
        Pause word;
        try {
            JsonNode document = JsonMapper.shared().readTree(body);
            long seconds = document.path("seconds").longValue(0);
            String reason = document.path("reason").stringValue("");
            if (seconds < 0
                    || reason.length() > LONGEST_REASON
                    || !document.path("on").isBoolean()) {
                return malformed("'on' is a truth value, 'seconds' a number, 'reason' at most %d letters"
                        .formatted(LONGEST_REASON));
            }
            word = document.path("on").booleanValue()
                    ? known.paused(seconds == 0 ? 0 : clock.millis() + seconds * 1000, reason)
                    : known.resumed(reason);
        } catch (JacksonException e) {
            return malformed(e.getOriginalMessage());
        }
        core.accept(new Input.SetPause(word));
        try {
            return awaitWord(word);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OrderAnswer.problem(503, "the node stops", "it was told to", "ask another node");
        }
    }

    private OrderAnswer awaitWord(Pause word) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + LIMIT.toNanos();
        long seen = -1;
        while (System.nanoTime() < deadlineNanos) {
            var status = board.awaitNewer(seen, LOOK);
            seen = status.sequence();
            if (!word.supersedes(status.pause())) {
                ObjectNode answer = JsonMapper.shared().createObjectNode();
                answer.put("version", status.pause().version());
                answer.put("on", status.pause().on());
                answer.put("until", status.pause().untilEpochMillis());
                return new OrderAnswer(200, JsonMapper.shared().writeValueAsString(answer));
            }
        }
        return OrderAnswer.problem(
                503, "the node did not take the word in", "it decides nothing at the moment", "ask another node");
    }

    private static OrderAnswer malformed(String why) {
        return OrderAnswer.problem(400, "the request is not understood", why, "send {\"on\":true}");
    }

    /** Makes the word survive this process. A disk that refuses is no reason to stop: the other nodes know it too. */
    void keep(Pause pause) {
        ObjectNode document = JsonMapper.shared()
                .createObjectNode()
                .put("version", pause.version())
                .put("on", pause.on())
                .put("until", pause.untilEpochMillis())
                .put("reason", pause.reason());
        try {
            AtomicFile.write(file, document + "\n", AtomicFile.Access.PUBLIC);
        } catch (UncheckedIOException e) {
            LOG.warn("the pause of elections is not kept across a restart: {}", e.getMessage());
        }
    }

    private void load() {
        try {
            JsonNode document = JsonMapper.shared().readTree(Files.readString(file, StandardCharsets.UTF_8));
            core.accept(new Input.SetPause(new Pause(
                    document.path("version").longValue(),
                    document.path("on").booleanValue(),
                    document.path("until").longValue(),
                    document.path("reason").stringValue())));
        } catch (NoSuchFileException e) {
            LOG.debug("elections were never paused");
        } catch (IOException | JacksonException e) {
            // Electing when one should not is what happens without this file too; the others may know better.
            LOG.warn("{} cannot be read and is ignored: {}", file, e.getMessage());
        }
    }

    private void endWhenDue() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                Pause pause = board.latest().pause();
                if (pause.isOverAt(clock.millis())) {
                    core.accept(new Input.SetPause(pause.resumed("the time given for the pause is over")));
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("no longer watches the pause");
        }
    }
}
