package io.howdah.cli.text;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Shows on stderr what is being done. On a terminal: one line per component, redrawn in place. Elsewhere: a line with
 * the time for each step. After three seconds without news it says what it waits for.
 */
public final class ProgressView implements AutoCloseable {
    private static final Duration SILENCE = Duration.ofSeconds(3);
    private static final Duration REMINDER = Duration.ofSeconds(10);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final Terminal terminal;
    private final InstantSource clock;
    private final boolean redraw;
    private final Map<String, String> components = new LinkedHashMap<>();
    private Instant lastNews;
    private Instant lastReminder;
    private String lastMessage;
    private int drawnLines;

    public ProgressView(Terminal terminal, InstantSource clock, String waitingFor) {
        this.terminal = terminal;
        this.clock = clock;
        this.redraw = terminal.features().errIsTerminal() && terminal.features().color();
        this.lastNews = clock.instant();
        this.lastReminder = Instant.MIN;
        this.lastMessage = waitingFor;
    }

    /** A step was taken. */
    public void step(String component, String message) {
        lastNews = clock.instant();
        lastMessage = component.isEmpty() ? message : component + ": " + message;
        components.put(component, message);
        if (terminal.isQuiet()) {
            return;
        }
        if (redraw) {
            draw("");
        } else {
            terminal.err().println(now() + " " + lastMessage);
        }
    }

    /** No step was taken since the last call; to be called at least once a second. */
    public void tick() {
        Instant now = clock.instant();
        Duration silence = Duration.between(lastNews, now);
        if (terminal.isQuiet() || silence.compareTo(SILENCE) < 0) {
            return;
        }
        String waiting = "still waiting (" + silence.toSeconds() + " s) after: " + lastMessage;
        if (redraw) {
            draw(waiting);
        } else if (lastReminder.isBefore(lastNews)
                || Duration.between(lastReminder, now).compareTo(REMINDER) >= 0) {
            lastReminder = now;
            terminal.err().println(now() + " " + waiting);
        }
    }

    /** Leaves the last state on the screen. */
    @Override
    public void close() {
        if (redraw && drawnLines > 0) {
            draw("");
        }
    }

    private void draw(String waiting) {
        StringBuilder block = new StringBuilder();
        if (drawnLines > 0) {
            block.append("\u001b[").append(drawnLines).append('A');
        }
        int width = components.keySet().stream().mapToInt(String::length).max().orElse(0);
        int lines = 0;
        for (Map.Entry<String, String> component : components.entrySet()) {
            String name =
                    component.getKey() + " ".repeat(width - component.getKey().length());
            lines += line(block, Style.PLAIN, name + "  " + component.getValue());
        }
        if (!waiting.isEmpty()) {
            lines += line(block, Style.DIM, waiting);
        }
        // Clears what a longer block left below.
        block.append("\u001b[J");
        drawnLines = lines;
        terminal.err().print(block);
        terminal.err().flush();
    }

    private int line(StringBuilder block, Style style, String text) {
        int columns = Math.max(20, terminal.features().columns() - 1);
        String shown = text.length() <= columns ? text : text.substring(0, columns - 1) + "…";
        block.append("\r\u001b[K")
                .append(terminal.styledForErrors(style, shown))
                .append('\n');
        return 1;
    }

    private String now() {
        return TIME.format(clock.instant().atZone(ZoneId.systemDefault()));
    }
}
