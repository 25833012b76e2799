package io.howdah.testkit.scenario;

import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.HttpAnswer;
import io.howdah.server.http.HttpCaller;
import io.howdah.server.http.NodeStatusJson;
import io.howdah.server.http.UnreachableException;
import io.howdah.testkit.fault.Processes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A22, the other half: a directory was copied with everything in it, and the copy is started beside the node. */
final class SecondProcess implements Scenario {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final long WATCHED_MILLIS = 5_000;

    @Override
    public Script script() {
        return new Script(
                "A22-copy",
                "a second process with a copy of a standby's directory runs under its name while the leader dies",
                "its peers refuse its messages and say why, it never streams; one promotion as ever",
                Pace.THOROUGH);
    }

    @Override
    public void play(Stage stage) throws Exception {
        String node = stage.watch().standbys().getLast();
        // A directory of its own: beside the original, the lock of that directory would already keep it out.
        Path copies = Files.createDirectories(stage.cluster().directory().resolve("copied"));
        Path copy = copies.resolve(node);
        Path log = stage.cluster().directory().resolve("logs").resolve("copy.log");
        stage.killNode(node);
        stage.watch().await("it has gone", watch -> !watch.speaks(node));
        run("cp", "--archive", stage.data(node).toRealPath().toString(), copy.toString());
        stage.startAgent(node);
        stage.watch().awaitHealthy(Duration.ofSeconds(30));
        int apiPort = freePort();
        Processes.startDetached(commandOfCopy(stage, node, copy, apiPort), Map.of(), log);
        Endpoint endpoint = new Endpoint("127.0.0.1", apiPort, stage.secrets().peerSecret());
        stage.watch().await("the copy speaks", watch -> status(endpoint).isPresent());
        long process = status(endpoint).orElseThrow().processId();
        try (Load load = Load.start(stage, 4)) {
            load.strike();
            Processes.kill(stage.postmaster(stage.watch().leader()));
            long until = System.nanoTime() + WATCHED_MILLIS * 1_000_000;
            while (System.nanoTime() < until) {
                status(endpoint)
                        .ifPresent(status -> Expect.that(status.state() != NodeState.STREAMING, "the copy streams"));
                Thread.sleep(20);
            }
            load.awaitRecovery(Duration.ofSeconds(20));
            Load.Outcome outcome = load.finish();
            Expect.promotions(outcome, 1);
            Expect.gap(outcome, 5_000);
        } finally {
            status(endpoint)
                    .map(NodeStatus::postgresProcessId)
                    .filter(pid -> pid != 0)
                    .ifPresent(Processes::killTree);
            Processes.kill(process);
            run("rm", "--recursive", "--force", copies.toString());
        }
        String words = Files.readString(log);
        Expect.that(words.contains("another process is " + node), "the copy was not told: %s", words);
    }

    private static void run(String... command) throws Exception {
        Expect.that(
                new ProcessBuilder(command).inheritIO().start().waitFor() == 0,
                "failed: %s",
                String.join(" ", command));
    }

    private static Optional<NodeStatus> status(Endpoint endpoint) {
        try {
            HttpAnswer answer = new HttpCaller(LIMIT).get(endpoint, "/v1/status", LIMIT);
            return answer.status() == 200 ? Optional.of(NodeStatusJson.read(answer.body())) : Optional.empty();
        } catch (UnreachableException e) {
            return Optional.empty();
        }
    }

    /** The node's own command with another configuration: the copied directory, ports of its own, the same peers. */
    private static List<String> commandOfCopy(Stage stage, String node, Path copy, int apiPort) throws IOException {
        Path file = stage.cluster().directory().resolve("run").resolve(node + ".yaml");
        NodeStatus original = stage.watch().node(node);
        String text = Files.readString(file)
                .replaceFirst("(?m)^postgres_port: .*", "postgres_port: " + freePort())
                .replaceFirst("(?m)^api_port: .*", "api_port: " + apiPort)
                .replaceFirst("(?m)^directory: .*", "directory: " + copy)
                .replaceFirst(
                        "(?m)^run_directory: .*", "run_directory: " + Files.createDirectories(copy.resolve("run")))
                .replaceFirst("(?m)^socket_directory: .*\n", "");
        Path changed = file.resolveSibling("copy.yaml");
        Files.writeString(changed, text);
        List<String> command = new ArrayList<>(Processes.command(original.processId()));
        command.replaceAll(word -> word.equals(file.toString()) ? changed.toString() : word);
        return command;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
