package io.howdah.server.provision;

import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.configuration.PidFile;
import io.howdah.server.configuration.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Looks at the machine: finds the cluster's processes by their command lines, whatever the pid files say. */
final class Observer {
    /** A child that a process has just forked bears its parent's command line until it runs its own program. */
    private static final Comparator<RunningProcess> PARENTS_FIRST = Comparator.comparingLong(
                    (RunningProcess process) -> process.identity().startTicks())
            .thenComparingLong(process -> process.identity().pid());

    private final ClusterDirectory directory;
    private final ProcessTable processes;

    Observer(ClusterDirectory directory, ProcessTable processes) {
        this.directory = directory;
        this.processes = processes;
    }

    Observed observe(List<Component> components) {
        List<RunningProcess> all = processes.all();
        Map<String, RunningProcess> running = new HashMap<>();
        Map<String, String> staleClaims = new HashMap<>();
        Map<String, String> configurations = new HashMap<>();
        for (Component component : components) {
            Optional<RunningProcess> found = all.stream()
                    .filter(process -> component.isStartedBy(process.commandLine()))
                    .reduce((one, other) -> current(component, one, other));
            found.ifPresent(process -> running.put(component.name(), process));
            if (found.isEmpty()) {
                new PidFile(directory, component.name())
                        .read()
                        .ifPresent(claim -> staleClaims.put(component.name(), fate(claim)));
            }
            configuration(component).ifPresent(text -> configurations.put(component.name(), text));
        }
        return new Observed(running, staleClaims, configurations);
    }

    /** The cluster's processes, also those that no configuration mentions any more. */
    Map<Component, RunningProcess> everythingOfThisDirectory() {
        Map<Component, RunningProcess> found = new TreeMap<>(Comparator.comparing(Component::name));
        for (RunningProcess process : processes.all()) {
            Component.startedBy(process.commandLine(), directory.run())
                    .ifPresent(component ->
                            found.merge(component, process, (one, other) -> current(component, one, other)));
        }
        return found;
    }

    /** Gateway processes that another one has replaced and that let their clients finish. */
    Map<Component, List<RunningProcess>> retiring() {
        Map<Component, RunningProcess> current = everythingOfThisDirectory();
        Map<Component, List<RunningProcess>> retiring = new TreeMap<>(Comparator.comparing(Component::name));
        for (RunningProcess process : processes.all()) {
            Component.startedBy(process.commandLine(), directory.run())
                    .filter(component -> component.kind() == Component.Kind.GATEWAY)
                    .filter(component -> !process.equals(current.get(component)))
                    .ifPresent(component -> retiring.computeIfAbsent(component, _ -> new ArrayList<>())
                            .add(process));
        }
        return retiring;
    }

    /** Whether a process is one of this directory's, whatever it does at the moment. */
    boolean isOfThisDirectory(long pid) {
        return processes
                .find(pid)
                .flatMap(process -> Component.startedBy(process.commandLine(), directory.run()))
                .isPresent();
    }

    /** Of two processes with the same command line the one that has claimed the name last. */
    private RunningProcess current(Component component, RunningProcess one, RunningProcess other) {
        Optional<ProcessIdentity> claim = new PidFile(directory, component.name()).read();
        if (claim.isPresent()
                && claim.get().equals(one.identity()) != claim.get().equals(other.identity())) {
            return claim.get().equals(one.identity()) ? one : other;
        }
        return PARENTS_FIRST.compare(one, other) <= 0 ? one : other;
    }

    /** Removes the pid files of processes that are gone. */
    void forgetThoseThatEnded() {
        if (!Files.isDirectory(directory.run())) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.run(), "*.pid")) {
            for (Path file : files) {
                PidFile claim = new PidFile(file, file.getFileName().toString().replace(".pid", ""));
                if (claim.read().filter(ProcessIdentity::isAlive).isEmpty()) {
                    claim.remove();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + directory.run(), e);
        }
    }

    private String fate(ProcessIdentity claim) {
        return processes
                .find(claim.pid())
                .map(stranger -> "was process %d, which is gone; the number belongs to %s now, which is left alone"
                        .formatted(claim.pid(), stranger.describe()))
                .orElse("was process %d, which is gone".formatted(claim.pid()));
    }

    /** Whether a component's file says this already. */
    boolean hasConfiguration(Component component, String yaml) {
        return configuration(component).filter(yaml::equals).isPresent();
    }

    private Optional<String> configuration(Component component) {
        try {
            return Optional.of(Files.readString(component.configuration(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
