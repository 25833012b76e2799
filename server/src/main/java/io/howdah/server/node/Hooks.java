package io.howdah.server.node;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Role;
import io.howdah.server.configuration.ConfigurationException;
import io.howdah.server.configuration.HookConfiguration;
import io.howdah.server.configuration.HookConfiguration.Event;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs people's programs when something happens to this node's PostgreSQL, one after the other, on a thread of its own that only
 * reads the status: nothing ever waits for a program, a promotion least of all. What it prints goes to the node's log.
 *
 * <p>It is called as Patroni calls its callbacks: event, role ({@code primary} or {@code standby}), cluster.
 */
final class Hooks {
    private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final String PRIMARY = "primary";
    private static final String STANDBY = "standby";

    /**
     * What of a status matters here.
     *
     * @param role what clients find: a primary counts once they are let in
     * @param postgres the postmaster's process, 0 while there is none
     */
    record Seen(Optional<String> role, long postgres) {
        static final Seen NOTHING = new Seen(Optional.empty(), 0);

        static Seen of(NodeStatus status) {
            boolean follows = status.role() == Role.STANDBY
                    && status.leader()
                            .filter(leader -> !leader.equals(status.node()))
                            .isPresent();
            return new Seen(
                    status.gateOpen() ? Optional.of(PRIMARY) : follows ? Optional.of(STANDBY) : Optional.empty(),
                    status.postgresProcessId());
        }

        /** What has happened between two looks, with the role that is known now. */
        List<Event> eventsUntil(Seen now) {
            List<Event> events = new ArrayList<>();
            if (postgres != now.postgres) {
                events.add(postgres == 0 ? Event.ON_START : now.postgres == 0 ? Event.ON_STOP : Event.ON_RESTART);
            }
            if (role.isPresent() && now.role.isPresent() && !role.equals(now.role)) {
                events.add(Event.ON_ROLE_CHANGE);
            }
            return events;
        }

        /** A role that is not known at the moment is still the last one that was. */
        Seen after(Seen now) {
            return new Seen(now.role.or(() -> role), now.postgres);
        }
    }

    private final String cluster;
    private final StatusBoard board;
    private final Supplier<HookConfiguration> configuration;
    private final Thread thread = Thread.ofVirtual().name("hooks").unstarted(this::run);

    Hooks(String cluster, StatusBoard board, Supplier<HookConfiguration> configuration) {
        this.cluster = cluster;
        this.board = board;
        this.configuration = configuration;
    }

    void start() {
        thread.start();
    }

    void stop() {
        thread.interrupt();
    }

    private void run() {
        try {
            Seen before = Seen.NOTHING;
            long sequence = -1;
            while (true) {
                NodeStatus status = board.awaitNewer(sequence, LOOK);
                sequence = status.sequence();
                Seen now = before.after(Seen.of(status));
                for (Event event : before.eventsUntil(now)) {
                    tell(event, before, now, status);
                }
                before = now;
            }
        } catch (InterruptedException e) {
            LOG.debug("hooks end");
        }
    }

    private void tell(Event event, Seen before, Seen now, NodeStatus status) throws InterruptedException {
        try {
            HookConfiguration wanted = configuration.get();
            Optional<Path> program = Optional.ofNullable(wanted.programs().get(event));
            if (program.isPresent()) {
                String role = now.role().orElse(STANDBY);
                List<String> command = List.of(program.get().toString(), event.word(), role, cluster);
                Map<String, String> variables = variables(event, before, role, status);
                perform(event, command, variables, wanted.limit());
            }
        } catch (ConfigurationException e) {
            LOG.warn("no hook is run for {}: {}", event.word(), e.getMessage());
        }
    }

    private Map<String, String> variables(Event event, Seen before, String role, NodeStatus status) {
        Map<String, String> variables = new TreeMap<>();
        variables.put("HOWDAH_EVENT", event.word());
        variables.put("HOWDAH_CLUSTER", cluster);
        variables.put("HOWDAH_NODE", status.node().value());
        variables.put("HOWDAH_ROLE", role);
        variables.put("HOWDAH_FORMER_ROLE", before.role().orElse(""));
        variables.put("HOWDAH_LEADER", status.leader().map(NodeId::value).orElse(""));
        variables.put("HOWDAH_TERM", status.term().toString());
        variables.put("HOWDAH_HOST", status.host());
        variables.put("HOWDAH_PORT", Integer.toString(status.postgresPort()));
        variables.put("HOWDAH_DATA_DIRECTORY", status.dataDirectory());
        return variables;
    }

    /** Runs to the end, or until the limit; whatever it does, the node goes on. */
    static void perform(Event event, List<String> command, Map<String, String> variables, Duration limit)
            throws InterruptedException {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true);
            builder.environment().putAll(variables);
            Process process = builder.start();
            Thread.ofVirtual().name("hook-output").start(() -> log(event, process));
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                LOG.warn(
                        "hook {}: {} did not end within {} s and was killed", event.word(), command, limit.toSeconds());
            } else if (process.exitValue() != 0) {
                LOG.warn("hook {}: {} ended with {}", event.word(), command, process.exitValue());
            } else {
                LOG.info("hook {}: {} has run", event.word(), command);
            }
        } catch (IOException e) {
            LOG.warn("hook {}: {} cannot be run: {}", event.word(), command, e.getMessage());
        }
    }

    private static void log(Event event, Process process) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                LOG.info("hook {}: {}", event.word(), line);
            }
        } catch (IOException e) {
            LOG.debug("the output of hook {} ends: {}", event.word(), e.getMessage());
        }
    }
}
