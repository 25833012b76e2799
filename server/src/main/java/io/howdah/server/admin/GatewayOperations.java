package io.howdah.server.admin;

import io.howdah.server.configuration.ClusterConfiguration.GatewayEntry;
import io.howdah.server.configuration.ProcessIdentity;
import io.howdah.server.http.GatewayProcess;
import io.howdah.server.http.GatewayProcess.Predecessor;
import io.howdah.server.http.HttpAnswer;
import io.howdah.server.http.MalformedDocumentException;
import io.howdah.server.http.UnreachableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Restarts gateways one at a time, each by a second process that takes the first one's place, so that no connection is refused. */
final class GatewayOperations {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final Lifecycle cluster;

    GatewayOperations(Lifecycle cluster) {
        this.cluster = cluster;
    }

    void restart(OperationRequest.GatewayRestart request) throws InterruptedException {
        for (GatewayEntry gateway : chosen(request.gateway())) {
            restart(gateway, request.drainSeconds());
        }
    }

    /** Has gateways read again what may change while they run; one that cannot use it keeps what it has, and the operation says why. */
    void reload(OperationRequest.GatewayReload request) {
        List<GatewayEntry> chosen = chosen(request.gateway());
        cluster.provisioner()
                .reconfigureGateways(
                        chosen.stream().map(gateway -> gateway.id().value()).toList());
        for (GatewayEntry gateway : chosen) {
            String name = gateway.id().value();
            HttpAnswer answer;
            try {
                answer = cluster.askGateway(gateway.ports().http(), "/v1/orders/reload", Optional.of("{}"));
            } catch (UnreachableException e) {
                throw new OperationFailedException(
                        name + " gave no answer",
                        "at " + e.getMessage(),
                        "it reads its file by itself when that changes; see 'howdah logs %s'".formatted(name),
                        name);
            }
            cluster.requireSuccess(name, answer);
            String problem = GatewayProcess.parse(answer.body()).problem();
            cluster.tell(name, problem.isEmpty() ? "has read its configuration" : problem);
        }
    }

    private List<GatewayEntry> chosen(String name) {
        List<GatewayEntry> all = cluster.configuration().gateways();
        List<GatewayEntry> chosen = all.stream()
                .filter(gateway -> name.isEmpty() || gateway.id().value().equals(name))
                .toList();
        if (chosen.isEmpty()) {
            throw new OperationFailedException(
                    "There is no such gateway",
                    "'%s' is not a gateway of this cluster; its gateways are %s"
                            .formatted(
                                    name,
                                    all.stream()
                                            .map(gateway -> gateway.id().value())
                                            .collect(Collectors.joining(", "))),
                    "howdah status",
                    "");
        }
        return chosen;
    }

    private void restart(GatewayEntry gateway, int drainSeconds) throws InterruptedException {
        String name = gateway.id().value();
        Optional<ProcessIdentity> started = cluster.provisioner().startBeside(name);
        if (started.isEmpty()) {
            cluster.tell(name, "does not run");
            cluster.provisioner().start(List.of(name), cluster::tell);
            awaitSpeaker(gateway, process -> true, Optional.empty());
            return;
        }
        long pid = started.get().pid();
        cluster.tell(name, "process %d starts beside the one that serves".formatted(pid));
        GatewayProcess now = awaitSpeaker(gateway, process -> process.pid() == pid, started);
        cluster.tell(name, "process %d serves; no connection was refused".formatted(pid));
        if (drainSeconds >= 0) {
            now.predecessors().forEach(before -> drain(before, drainSeconds));
        }
        awaitOnlyListener(gateway);
    }

    private void drain(Predecessor before, int seconds) {
        try {
            cluster.askGateway(
                    before.httpPort(),
                    "/v1/orders/drain",
                    Optional.of("{\"within_ms\":%d}"
                            .formatted(Duration.ofSeconds(seconds).toMillis())));
        } catch (UnreachableException e) {
            cluster.tell("process " + before.pid(), "does not answer; it has ended or will at its usual time");
        }
    }

    /** Who speaks for the gateway, once that is whom we wait for. */
    private GatewayProcess awaitSpeaker(
            GatewayEntry gateway, Predicate<GatewayProcess> wanted, Optional<ProcessIdentity> started)
            throws InterruptedException {
        long deadlineNanos = System.nanoTime() + START.toNanos();
        String name = gateway.id().value();
        while (true) {
            Optional<GatewayProcess> speaker = speaker(gateway);
            if (speaker.filter(wanted).isPresent()) {
                return speaker.get();
            }
            boolean ended = started.isPresent() && !started.get().isAlive();
            if (ended || System.nanoTime() - deadlineNanos > 0) {
                throw new OperationFailedException(
                        ended ? "The new process of %s ended".formatted(name) : name + " does not answer",
                        ended
                                ? "the one before serves as it did"
                                : "nothing that it should be speaks on its HTTP port %d"
                                        .formatted(gateway.ports().http()),
                        "the end of its log says why",
                        name);
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private Optional<GatewayProcess> speaker(GatewayEntry gateway) {
        try {
            HttpAnswer answer = cluster.askGateway(gateway.ports().http(), "/v1/status", Optional.empty());
            return answer.successful() ? Optional.of(GatewayProcess.parse(answer.body())) : Optional.empty();
        } catch (UnreachableException | MalformedDocumentException e) {
            return Optional.empty();
        }
    }

    /** Until then no other process could take a place again; clients of the one before may stay for much longer. */
    private void awaitOnlyListener(GatewayEntry gateway) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + START.toNanos();
        while (System.nanoTime() - deadlineNanos < 0) {
            Optional<GatewayProcess> speaker = speaker(gateway);
            if (speaker.isPresent() && speaker.get().predecessors().stream().noneMatch(Predecessor::listening)) {
                speaker.map(GatewayOperations::whoIsLeft)
                        .filter(words -> !words.isEmpty())
                        .ifPresent(words -> cluster.tell(gateway.id().value(), words));
                return;
            }
            Thread.sleep(LOOK_AGAIN);
        }
        throw new OperationFailedException(
                "The process before still listens on the ports of " + gateway.id(),
                "it should have stopped within seconds",
                "'howdah down' and 'howdah up' end it",
                gateway.id().value());
    }

    private static String whoIsLeft(GatewayProcess process) {
        return process.predecessors().stream()
                .map(before -> before.connections() == 0
                        ? "process %d has no clients and ends".formatted(before.pid())
                        : "process %d lets %d client%s finish"
                                .formatted(before.pid(), before.connections(), before.connections() == 1 ? "" : "s"))
                .sorted()
                .collect(Collectors.joining("; "));
    }
}
