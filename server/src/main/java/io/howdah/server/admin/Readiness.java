package io.howdah.server.admin;

import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.GatewayEntry;
import io.howdah.server.configuration.Secrets;
import io.howdah.server.provision.RunningProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Waits until a cluster is what it should be: each node in its place and voting, and a write committed through each gateway.
 *
 * <p>It tells each step a node takes; what it waits for when nothing has happened for 3 s; and gives up at once when a process
 * ends or a node says that it needs a person, else when nothing has moved for long. There is no limit as long as things move:
 * a node may have a terabyte to fetch. Used by one thread; the writes are tried by one virtual thread per gateway.
 */
final class Readiness {
    /**
     * @param quiet after how much silence to say what is waited for
     * @param stuck after how long without any movement to give up
     * @param retry pause between two attempts to write
     * @param write how long one attempt may take
     */
    record Patience(Duration quiet, Duration stuck, Duration retry, Duration write) {
        static final Patience STANDARD = new Patience(
                Duration.ofSeconds(3), Duration.ofSeconds(120), Duration.ofMillis(50), Duration.ofSeconds(15));
    }

    /** What was said last about a component, and when. */
    private record Told(String state, String reason, long nanos) {}

    private static final Duration BETWEEN_REASONS = Duration.ofMillis(700);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final ClusterConfiguration configuration;
    private final ClusterView view;
    private final Supplier<Map<String, RunningProcess>> processes;
    private final WriteCheck writes;
    private final Patience patience;
    private final Operation operation;

    /** By gateway: how its last attempt failed; a gateway that has taken a write is gone from here. */
    private final Map<String, String> pendingWrites = new ConcurrentHashMap<>();

    private final Map<String, Told> told = new HashMap<>();
    private final long startNanos = System.nanoTime();
    private long lastEventNanos = startNanos;
    private long lastMoveNanos = startNanos;
    private String lastMoves = "";

    Readiness(
            ClusterConfiguration configuration,
            ClusterView view,
            Supplier<Map<String, RunningProcess>> processes,
            WriteCheck writes,
            Patience patience,
            Operation operation) {
        this.configuration = configuration;
        this.view = view;
        this.processes = processes;
        this.writes = writes;
        this.patience = patience;
        this.operation = operation;
    }

    /** @throws OperationFailedException naming the component that keeps the cluster from being ready */
    void await(Secrets secrets) throws InterruptedException {
        List<Thread> writers = new ArrayList<>();
        // A standby cluster takes none.
        List<GatewayEntry> writable = configuration.standbyOf().isPresent() ? List.of() : configuration.gateways();
        for (GatewayEntry gateway : writable) {
            pendingWrites.put(gateway.id().value(), "not tried yet");
            writers.add(Thread.ofVirtual()
                    .name("write-check-" + gateway.id())
                    .start(() -> writeUntilCommitted(gateway, secrets.postgresPassword())));
        }
        try {
            watch();
        } finally {
            writers.forEach(Thread::interrupt);
        }
    }

    private void watch() throws InterruptedException {
        Map<String, RunningProcess> started = processes.get();
        long nextLookNanos = System.nanoTime() + LOOK_AGAIN.toNanos();
        while (true) {
            long seen = view.version();
            ClusterSnapshot snapshot = view.snapshot(started.keySet());
            tellSteps(snapshot);
            List<String> missing = missing(snapshot);
            if (missing.isEmpty()) {
                return;
            }
            if (System.nanoTime() - nextLookNanos >= 0) {
                requireAlive(started);
                nextLookNanos = System.nanoTime() + LOOK_AGAIN.toNanos();
            }
            requireNoneFailed(snapshot);
            requireMovement(snapshot, missing);
            if (System.nanoTime() - lastEventNanos > patience.quiet().toNanos()) {
                tell("cluster", "waits for " + String.join(", ", missing));
            }
            view.awaitNews(seen, LOOK_AGAIN);
        }
    }

    private List<String> missing(ClusterSnapshot snapshot) {
        List<String> missing = new ArrayList<>();
        for (NodeView node : snapshot.nodes()) {
            snapshot.whatIsMissing(node)
                    .ifPresent(
                            what -> missing.add("%s (%s)".formatted(node.entry().id(), what)));
        }
        if (!pendingWrites.isEmpty()) {
            missing.add("writes through " + String.join(", ", new TreeSet<>(pendingWrites.keySet())));
        }
        return missing;
    }

    private void tellSteps(ClusterSnapshot snapshot) {
        for (NodeView node : snapshot.nodes()) {
            node.fresh().ifPresent(status -> tellStep(node.entry().id().value(), status));
        }
        for (GatewayEntry gateway : configuration.gateways()) {
            String name = gateway.id().value();
            if (configuration.standbyOf().isEmpty() && !pendingWrites.containsKey(name) && !told.containsKey(name)) {
                double seconds = (System.nanoTime() - startNanos) / 1e9;
                told.put(name, new Told("", "", 0));
                tell(name, "took a write after %.1f s".formatted(seconds));
            }
        }
    }

    /** Each new state at once; what changes within a state, such as the progress of a clone, now and then. */
    private void tellStep(String name, NodeStatus status) {
        String state = Words.of(status.state());
        Told before = told.getOrDefault(name, new Told("", "", 0));
        boolean newState = !state.equals(before.state());
        boolean newReason = !status.reason().equals(before.reason())
                && System.nanoTime() - before.nanos() > BETWEEN_REASONS.toNanos();
        if (newState || newReason) {
            told.put(name, new Told(state, status.reason(), System.nanoTime()));
            tell(name, status.reason().isEmpty() ? state : state + ": " + status.reason());
        }
    }

    private void requireAlive(Map<String, RunningProcess> started) {
        for (String name : componentNames()) {
            RunningProcess process = started.get(name);
            if (process == null || !process.identity().isAlive()) {
                throw new OperationFailedException(
                        name + " ended",
                        process == null
                                ? "it ended as soon as it was started"
                                : "its process %d is gone"
                                        .formatted(process.identity().pid()),
                        "the end of its log says why; 'howdah up' starts it again",
                        name);
            }
        }
    }

    private List<String> componentNames() {
        List<String> names = new ArrayList<>();
        configuration.nodes().forEach(node -> names.add(node.id().value()));
        configuration.gateways().forEach(gateway -> names.add(gateway.id().value()));
        return names;
    }

    private static void requireNoneFailed(ClusterSnapshot snapshot) {
        for (NodeView node : snapshot.nodes()) {
            node.fresh().filter(status -> status.state() == NodeState.FAILED).ifPresent(status -> {
                throw new OperationFailedException(
                        node.entry().id() + " needs help",
                        status.reason().isEmpty() ? "it does not say why" : status.reason(),
                        "read its log; when it is solved, 'howdah up' goes on",
                        node.entry().id().value());
            });
        }
    }

    private void requireMovement(ClusterSnapshot snapshot, List<String> missing) {
        StringBuilder moves = new StringBuilder();
        snapshot.nodes().forEach(node -> {
            if (snapshot.whatIsMissing(node).isPresent()) {
                node.last()
                        .ifPresent(status -> moves.append(status.state())
                                .append(status.reason())
                                .append(status.term())
                                .append(status.position()));
            }
        });
        moves.append(missing.size());
        if (!moves.toString().equals(lastMoves)) {
            lastMoves = moves.toString();
            lastMoveNanos = System.nanoTime();
        } else if (System.nanoTime() - lastMoveNanos > patience.stuck().toNanos()) {
            String guilty = guilty(snapshot);
            throw new OperationFailedException(
                    "The cluster does not get ready",
                    "nothing has moved for %d s; missing: %s%s"
                            .formatted(patience.stuck().toSeconds(), String.join(", ", missing), whyNotWritten()),
                    "read the log of %s; 'howdah up' tries again".formatted(guilty),
                    guilty);
        }
    }

    private String whyNotWritten() {
        return pendingWrites.values().stream()
                .sorted()
                .findFirst()
                .map(" (%s)"::formatted)
                .orElse("");
    }

    private String guilty(ClusterSnapshot snapshot) {
        return snapshot.nodes().stream()
                .filter(node -> snapshot.whatIsMissing(node).isPresent())
                .map(node -> node.entry().id().value())
                .findFirst()
                .orElseGet(() ->
                        pendingWrites.keySet().stream().sorted().findFirst().orElse("admin"));
    }

    private void tell(String component, String message) {
        operation.event(component, message);
        lastEventNanos = System.nanoTime();
    }

    private void writeUntilCommitted(GatewayEntry gateway, String password) {
        String name = gateway.id().value();
        while (!Thread.currentThread().isInterrupted()) {
            try {
                writes.commit(configuration.host(), gateway.ports().readWrite(), password, patience.write());
                pendingWrites.remove(name);
                return;
            } catch (WriteCheck.WriteFailedException e) {
                pendingWrites.put(name, String.valueOf(e.getMessage()));
            }
            try {
                Thread.sleep(patience.retry());
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
