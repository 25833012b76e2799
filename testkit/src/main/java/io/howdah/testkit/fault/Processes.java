package io.howdah.testkit.fault;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Signals to processes that a test knows by number, and to what they started. */
public final class Processes {
    private Processes() {}

    /** {@code kill -9}. */
    public static void kill(long pid) {
        handle(pid).destroyForcibly();
    }

    /** {@code kill -9} of a process and all that it started, the parent first so that it starts nothing anew. */
    public static void killTree(long pid) {
        List<ProcessHandle> tree = tree(pid);
        tree.forEach(ProcessHandle::destroyForcibly);
    }

    /** {@code SIGSTOP} to a process and all that it started, until nothing new shows up. */
    public static void freezeTree(long pid) {
        Set<Long> frozen = new LinkedHashSet<>();
        while (true) {
            List<Long> rest = tree(pid).stream()
                    .map(ProcessHandle::pid)
                    .filter(found -> !frozen.contains(found))
                    .toList();
            if (rest.isEmpty()) {
                return;
            }
            signal("STOP", rest);
            frozen.addAll(rest);
        }
    }

    /** {@code SIGCONT}, children first. */
    public static void thawTree(long pid) {
        List<Long> pids =
                new ArrayList<>(tree(pid).stream().map(ProcessHandle::pid).toList());
        signal("CONT", pids.reversed());
    }

    public static void freeze(long pid) {
        signal("STOP", List.of(pid));
    }

    public static void thaw(long pid) {
        signal("CONT", List.of(pid));
    }

    public static void terminate(long pid) {
        signal("TERM", List.of(pid));
    }

    public static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    /** The words of a running process' command line. */
    public static List<String> command(long pid) {
        try {
            String text = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
            return List.of(text.split("\0"));
        } catch (IOException e) {
            throw new FaultException("process " + pid + " has no command line", e);
        }
    }

    /** Starts a program that does not end with this one. */
    public static void startDetached(List<String> command, Map<String, String> environment, Path log) {
        List<String> all = new ArrayList<>(List.of("setsid"));
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            builder.start();
        } catch (IOException e) {
            throw new FaultException("cannot start " + command, e);
        }
    }

    private static void signal(String name, List<Long> pids) {
        // One by one: a process that has just ended must not keep the others from their signal.
        for (long pid : pids) {
            try {
                Shell.run("kill", "-" + name, Long.toString(pid));
            } catch (FaultException e) {
                if (isAlive(pid)) {
                    throw e;
                }
            }
        }
    }

    private static List<ProcessHandle> tree(long pid) {
        return ProcessHandle.of(pid)
                .map(root -> Stream.concat(Stream.of(root), root.descendants()).toList())
                .orElse(List.of());
    }

    private static ProcessHandle handle(long pid) {
        return ProcessHandle.of(pid).orElseThrow(() -> new FaultException("process " + pid + " does not exist"));
    }
}
