package io.howdah.cli.command;

import io.howdah.cli.text.Terminal;

/** While open, Ctrl-C prints what goes on without us and how to see it again; the JVM then exits with 130. */
final class Interruption implements AutoCloseable {
    private final Thread hook;

    private Interruption(Thread hook) {
        this.hook = hook;
    }

    static Interruption explain(Terminal terminal, String operation, String resume) {
        Thread hook = Thread.ofPlatform().unstarted(() -> {
            terminal.err().println();
            terminal.err().println("interrupted: '%s' goes on in the background".formatted(operation));
            terminal.err().println("try:   " + resume);
        });
        Runtime.getRuntime().addShutdownHook(hook);
        return new Interruption(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is on its way out, and the hook is doing its work.
            return;
        }
    }
}
