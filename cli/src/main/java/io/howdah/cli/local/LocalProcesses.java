package io.howdah.cli.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The processes of a local cluster that are alive, by their pid files, and the way to stop them when there is no admin
 * process to do it. Only processes whose start matches the file are ever touched.
 */
public final class LocalProcesses {
    private static final Duration POLL = Duration.ofMillis(50);

    private final ClusterDirectory directory;

    public LocalProcesses(ClusterDirectory directory) {
        this.directory = directory;
    }

    /** A live process of the cluster. */
    public record Component(String name, ProcessIdentity identity) {}

    /** Nodes, gateways and admin that run. */
    public List<Component> running() {
        List<Component> running = new ArrayList<>();
        for (Path file : files(directory.run(), ".pid")) {
            directory.json(file).ifPresent(fields -> {
                ProcessIdentity identity = ProcessIdentity.from(fields);
                if (identity.isAlive()) {
                    String name = file.getFileName().toString();
                    running.add(new Component(name.substring(0, name.length() - ".pid".length()), identity));
                }
            });
        }
        return running;
    }

    /** Nodes and gateways that run. */
    public List<Component> runningWithoutAdmin() {
        return running().stream()
                .filter(component -> !component.name().equals("admin"))
                .toList();
    }

    /** PostgreSQL servers that run in the data directories, with or without their node. */
    public List<Component> postmasters() {
        List<Component> postmasters = new ArrayList<>();
        for (Path node : files(directory.data(), "")) {
            Path pgdata = node.resolve("pgdata");
            pidOfPostmaster(pgdata)
                    .flatMap(ProcessIdentity::of)
                    .filter(identity -> worksIn(identity, pgdata))
                    .ifPresent(identity ->
                            postmasters.add(new Component("PostgreSQL of " + node.getFileName(), identity)));
        }
        return postmasters;
    }

    /**
     * Stops everything by signals: gateways first, then nodes, which stop their PostgreSQL, then servers without node.
     *
     * @return what still runs after the time given to each group
     */
    public List<Component> stopAll(Duration patience) {
        List<Component> components = runningWithoutAdmin();
        List<Component> gateways = components.stream()
                .filter(component -> component.name().startsWith("gateway"))
                .toList();
        List<Component> nodes = components.stream()
                .filter(component -> !component.name().startsWith("gateway"))
                .toList();
        for (List<Component> group : List.of(gateways, nodes)) {
            group.forEach(component -> component.identity().terminate());
            awaitEnd(group, patience);
        }
        List<Component> orphans = postmasters();
        // SIGTERM is PostgreSQL's smart shutdown and would wait for clients; what is left here has no gateway any more.
        orphans.forEach(orphan -> signal("INT", orphan.identity()));
        awaitEnd(orphans, patience);
        return Stream.concat(runningWithoutAdmin().stream(), postmasters().stream())
                .toList();
    }

    /** Waits until all are gone; returns whether they are. */
    static boolean awaitEnd(List<Component> components, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (components.stream().anyMatch(component -> component.identity().isAlive())) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }

    private static void signal(String signal, ProcessIdentity identity) {
        if (!identity.isAlive()) {
            return;
        }
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(identity.pid()))
                    .inheritIO()
                    .start()
                    .waitFor(5, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The first line of postmaster.pid (PostgreSQL source, miscadmin.h, LOCK_FILE_LINE_PID). */
    private static Optional<Long> pidOfPostmaster(Path pgdata) {
        try (Stream<String> lines = Files.lines(pgdata.resolve("postmaster.pid"))) {
            return lines.findFirst()
                    .map(String::strip)
                    .filter(line -> line.matches("\\d{1,10}"))
                    .map(Long::valueOf);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A postmaster's working directory is its data directory; a stranger's is not. */
    private static boolean worksIn(ProcessIdentity identity, Path pgdata) {
        try {
            Path current =
                    Path.of("/proc", Long.toString(identity.pid()), "cwd").toRealPath();
            return current.equals(pgdata.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    private static List<Path> files(Path directory, String suffix) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
