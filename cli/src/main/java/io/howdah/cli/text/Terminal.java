package io.howdah.cli.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Locale;

/**
 * Where a command reads and writes: results go to {@link #out}, everything else to {@link #err}. Used by the thread
 * that runs the command; the output streams may also be used by the shutdown hook.
 */
public final class Terminal {
    private final PrintStream out;
    private final PrintStream err;
    private final BufferedReader in;
    private final Features features;
    private boolean color;
    private boolean forced;
    private boolean quiet;

    /**
     * What the other side of the streams can do.
     *
     * @param inIsTerminal a person can be asked
     * @param outIsTerminal results are read by a person
     * @param errIsTerminal progress may be redrawn
     * @param columns width of the terminal
     * @param color the environment does not forbid color (NO_COLOR, TERM=dumb)
     */
    public record Features(
            boolean inIsTerminal, boolean outIsTerminal, boolean errIsTerminal, int columns, boolean color) {}

    public Terminal(PrintStream out, PrintStream err, Reader in, Features features) {
        this.out = out;
        this.err = err;
        this.in = new BufferedReader(in);
        this.features = features;
        this.color = features.color();
    }

    public PrintStream out() {
        return out;
    }

    public PrintStream err() {
        return err;
    }

    public Features features() {
        return features;
    }

    /** Overrides what the environment says, as {@code --color} does. */
    public void useColor(ColorMode mode) {
        color = switch (mode) {
            case AUTO -> features.color();
            case ALWAYS -> true;
            case NEVER -> false;
        };
        forced = mode == ColorMode.ALWAYS;
    }

    /** Drops notes and progress; errors remain. */
    public void beQuiet() {
        quiet = true;
    }

    public boolean isQuiet() {
        return quiet;
    }

    /** Styles a text for stdout. */
    public String styled(Style style, String text) {
        return color && (forced || features.outIsTerminal()) ? style.apply(text) : text;
    }

    /** Styles a text for stderr. */
    public String styledForErrors(Style style, String text) {
        return color && (forced || features.errIsTerminal()) ? style.apply(text) : text;
    }

    /** Says something that is not a result. */
    public void note(String text) {
        if (!quiet) {
            err.println(text);
        }
    }

    /**
     * Asks a yes-or-no question; anything but {@code y} or {@code yes} is a no.
     *
     * @throws CliException with {@link ExitCode#REFUSED} when there is nobody to ask
     */
    public boolean confirm(String question) {
        if (!features.inIsTerminal()) {
            throw new CliException(
                    ExitCode.REFUSED,
                    "not done: it needs a confirmation",
                    "standard input is not a terminal, so nobody can be asked: " + question,
                    "repeat the command with --yes");
        }
        err.print(question + " [y/N] ");
        err.flush();
        try {
            String answer = in.readLine();
            String lower = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
            return lower.equals("y") || lower.equals("yes");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Asks for a word to be typed; anything else is a no.
     *
     * @throws CliException with {@link ExitCode#REFUSED} when there is nobody to ask
     */
    public boolean typed(String question, String word) {
        if (!features.inIsTerminal()) {
            throw new CliException(
                    ExitCode.REFUSED,
                    "not done: it needs a confirmation",
                    "standard input is not a terminal, so nobody can be asked: " + question + word,
                    "see --help for the option that confirms it");
        }
        err.print(question);
        err.flush();
        try {
            String answer = in.readLine();
            return answer != null && answer.strip().equals(word);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Prints a failure in its fixed form. */
    public void print(CliException failure, boolean withStack) {
        err.println(styledForErrors(Style.BAD, "error:") + " " + failure.what());
        if (!failure.why().isEmpty()) {
            err.println("cause: " + failure.why());
        }
        for (String line : failure.logTail()) {
            err.println(styledForErrors(Style.DIM, "  | " + line));
        }
        for (String step : failure.next()) {
            err.println("try:   " + step);
        }
        if (withStack) {
            failure.printStackTrace(err);
        }
    }
}
