package io.howdah.postgres.process;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Sends signals by the C library's {@code kill}. Java itself can send only SIGTERM and SIGKILL, and a {@code kill} program
 * costs several milliseconds of an outage. Needs {@code --enable-native-access=ALL-UNNAMED} to stay silent.
 */
final class Signals {
    static final int HANGUP = 1;
    static final int INTERRUPT = 2;
    static final int QUIT = 3;
    static final int KILL = 9;
    static final int TERMINATE = 15;

    private static final MethodHandle KILL_FUNCTION = link();

    private Signals() {}

    @SuppressWarnings("restricted") // calling the C library is the purpose of this class
    private static MethodHandle link() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("kill"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }

    /** Returns false when there is no such process or it belongs to somebody else. */
    static boolean send(long pid, int signal) {
        if (pid <= 1 || pid > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("signal %d to process %d".formatted(signal, pid));
        }
        try {
            return (int) KILL_FUNCTION.invokeExact((int) pid, signal) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("calling kill failed", e);
        }
    }
}
