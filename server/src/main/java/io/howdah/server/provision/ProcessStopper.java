package io.howdah.server.provision;

import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.configuration.PidFile;
import io.howdah.server.configuration.ProcessIdentity;
import io.howdah.server.provision.Signals.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Ends processes of the cluster: politely first, harder after a while, and never a process that is not verified to be ours.
 *
 * <p>Blocks the calling thread while it waits.
 */
final class ProcessStopper {
    /**
     * @param component how long a node may take to stop its PostgreSQL, or a gateway to close, before it is killed
     * @param fast how long an orphaned PostgreSQL may take for a fast shutdown
     * @param immediate how long it may take to quit at once
     */
    record Patience(Duration component, Duration fast, Duration immediate) {
        static final Patience STANDARD =
                new Patience(Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofSeconds(10));
    }

    private record Attempt(Signal signal, Duration patience) {}

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final Duration KILL_TAKES = Duration.ofSeconds(5);

    private final ClusterDirectory directory;
    private final ProcessTable processes;
    private final Patience patience;

    ProcessStopper(ClusterDirectory directory, ProcessTable processes, Patience patience) {
        this.directory = directory;
        this.processes = processes;
        this.patience = patience;
    }

    /** Ends a node or gateway that was found by its command line, and with it the claim to its name. */
    void stop(Component component, RunningProcess process, Events events) {
        end(component, process, events);
        new PidFile(directory, component.name()).remove();
    }

    /** Ends one process of a component that has another one. */
    void end(Component component, RunningProcess process, Events events) {
        boolean ended = end(
                component.name(),
                process.identity(),
                List.of(new Attempt(Signal.TERM, patience.component()), new Attempt(Signal.KILL, KILL_TAKES)),
                events);
        if (!ended) {
            throw new ProvisionException(
                    component + " does not end",
                    "process %d is still there after SIGKILL"
                            .formatted(process.identity().pid()),
                    "it may wait for a disk; see 'ps -o stat,wchan -p %d'"
                            .formatted(process.identity().pid()),
                    component.name());
        }
    }

    /** The PostgreSQL that works in a node's data directory although no node process looks after it; empty when there is none. */
    Optional<ProcessIdentity> orphanedPostgres(String node) {
        Path data = directory.postgresData(node);
        try {
            String first = Files.readString(data.resolve("postmaster.pid"), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("")
                    .trim();
            if (!first.matches("[0-9]{1,18}")) {
                return Optional.empty();
            }
            // A postmaster works in its data directory and nobody else does, so this proves that it is ours.
            Path real = data.toRealPath();
            long pid = Long.parseLong(first);
            return processes
                    .find(pid)
                    .filter(process ->
                            processes.workingDirectory(pid).filter(real::equals).isPresent())
                    .map(RunningProcess::identity);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void stopOrphanedPostgres(String node, Events events) {
        orphanedPostgres(node).ifPresent(postgres -> {
            events.event(node, "stops PostgreSQL (pid %d), which nobody looks after".formatted(postgres.pid()));
            boolean ended = end(
                    node,
                    postgres,
                    List.of(
                            new Attempt(Signal.INT, patience.fast()),
                            new Attempt(Signal.QUIT, patience.immediate()),
                            new Attempt(Signal.KILL, KILL_TAKES)),
                    events);
            if (!ended) {
                throw new ProvisionException(
                        "PostgreSQL of " + node + " does not end",
                        "process %d is still there after SIGKILL".formatted(postgres.pid()),
                        "it may wait for a disk; see 'ps -o stat,wchan -p %d'".formatted(postgres.pid()),
                        node + "-postgres");
            }
        });
    }

    private static boolean end(String name, ProcessIdentity process, List<Attempt> attempts, Events events) {
        for (Attempt attempt : attempts) {
            if (!attempt.equals(attempts.getFirst())) {
                events.event(name, "process %d does not end: sends SIG%s".formatted(process.pid(), attempt.signal()));
            }
            Signals.send(process, attempt.signal());
            if (awaitEnd(process, attempt.patience())) {
                return true;
            }
        }
        return false;
    }

    private static boolean awaitEnd(ProcessIdentity process, Duration wait) {
        long deadline = System.nanoTime() + wait.toNanos();
        while (process.isAlive()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ProvisionException("Interrupted", "while waiting for a process to end", "try again");
            }
        }
        return true;
    }
}
