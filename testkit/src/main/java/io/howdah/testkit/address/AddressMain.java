package io.howdah.testkit.address;

import io.howdah.testkit.fault.Processes;
import io.howdah.testkit.fault.Sandbox;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Plays what can happen to the holder of a virtual address, inside a sandbox, and writes a line for each: {@code name: }, then
 * {@code held}, how long it took, or what went wrong. Arguments: a directory that PostgreSQL's user can reach, and the report's file.
 */
public final class AddressMain {
    /** Far beyond the three seconds that are promised: a machine may be busy. The simulator holds to three. */
    private static final long LIMIT_MILLIS = 15_000;

    private static final long START_MILLIS = 90_000;
    private static final long SETTLE_MILLIS = 1_500;

    private final AddressCluster cluster;
    private final Path report;
    private final Map<Host, Process> gateways = new HashMap<>();
    private final Host first;
    private final Host second;
    private final Host clients;
    private final Carriers carriers;
    private volatile String lastAnswer = "";

    private AddressMain(Path directory, Path report) throws IOException {
        this.cluster = new AddressCluster(directory);
        this.report = report;
        Host.makeBridge(AddressCluster.NODES_ADDRESS);
        this.first = Host.make("gateway1", "10.77.0.11");
        this.second = Host.make("gateway2", "10.77.0.12");
        this.clients = Host.make("client", "10.77.0.20");
        this.carriers = new Carriers(List.of(first, second), AddressCluster.ADDRESS);
    }

    public static void main(String[] arguments) throws Exception {
        Sandbox.endWithStarter();
        AddressMain main = new AddressMain(Path.of(arguments[0]), Path.of(arguments[1]));
        try {
            main.play();
        } catch (Exception | AssertionError e) {
            main.write("the play: failed: " + e);
            e.printStackTrace();
        }
        // All processes of the sandbox end with this one.
        Runtime.getRuntime().halt(0);
    }

    private void play() throws Exception {
        cluster.startNodes();
        gateways.put(first, cluster.startGateway(first, 2));
        gateways.put(second, cluster.startGatewayWithCommands(second, 1));
        carriers.start();
        probe();
        await("somebody serves at the address", START_MILLIS, () -> lastAnswer.startsWith("served"));
        write("started: held by " + holder().name());
        struck("killed", host -> Processes.kill(pid(host)), this::startAgain);
        struck("frozen", host -> Processes.freeze(pid(host)), host -> Processes.thaw(pid(host)));
        struck("unplugged", Host::unplug, Host::plug);
        struck("cut off", Host::cutOff, Host::reconnect);
        struck("stopped", host -> Processes.terminate(pid(host)), this::startAgain);
        withoutMajority();
        withoutRights();
        write("looked at the hosts %d times: %s"
                .formatted(carriers.looks(), carriers.violation().isEmpty() ? "held" : carriers.violation()));
    }

    private interface Act {
        void on(Host host) throws Exception;
    }

    /** Something happens to the holder; the other one must take over, clients must reach it, and the old one must not come back. */
    private void struck(String what, Act blow, Act mend) throws Exception {
        Host holder = holder();
        Host other = holder == first ? second : first;
        long began = System.nanoTime();
        blow.on(holder);
        await(
                what + ": the other host has the address",
                LIMIT_MILLIS,
                () -> carriers.present().equals(Optional.of(other)));
        long taken = millisSince(began);
        await(
                what + ": clients are served by the other one",
                LIMIT_MILLIS,
                () -> lastAnswer.equals("served by " + other.address()));
        long served = millisSince(began);
        mend.on(holder);
        Thread.sleep(SETTLE_MILLIS);
        boolean stayed = carriers.present().equals(Optional.of(other))
                && carriers.violation().isEmpty();
        write("%s: %s, taken over after %d ms, clients served after %d ms"
                .formatted(
                        what,
                        stayed ? "held" : "failed: it did not stay there " + carriers.violation(),
                        taken,
                        served));
    }

    /** Without a majority of the nodes nobody may have it; with one somebody has it again. */
    private void withoutMajority() throws Exception {
        List<Process> frozen = cluster.nodes().subList(1, 3);
        long began = System.nanoTime();
        frozen.forEach(node -> Processes.freeze(node.pid()));
        await(
                "no majority: nobody has the address",
                LIMIT_MILLIS,
                () -> carriers.present().isEmpty());
        long gone = millisSince(began);
        Thread.sleep(SETTLE_MILLIS);
        boolean stayed = carriers.present().isEmpty();
        frozen.forEach(node -> Processes.thaw(node.pid()));
        await(
                "a majority again: somebody has it",
                LIMIT_MILLIS,
                () -> carriers.present().isPresent());
        write("no majority: %s, gone after %d ms".formatted(stayed ? "held" : "failed: somebody took it", gone));
    }

    private long pid(Host host) {
        return Objects.requireNonNull(gateways.get(host)).pid();
    }

    /** A gateway that may not change its host's network says what it lacks, and leaves the address to others. */
    private void withoutRights() throws Exception {
        Host powerless = Host.make("gateway3", "10.77.0.13");
        cluster.startPowerlessGateway(powerless, 9);
        await(
                "without rights: it says what to do",
                START_MILLIS,
                () -> cluster.log(powerless).contains("AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW"));
        Host holder = holder();
        write("without rights: held by " + holder.name());
    }

    private void startAgain(Host host) throws Exception {
        gateways.put(host, host == second ? cluster.startGatewayWithCommands(host, 1) : cluster.startGateway(host, 1));
        await(host.name() + " listens", START_MILLIS, () -> host.listens(AddressCluster.PORT));
    }

    private Host holder() throws Exception {
        await("somebody has the address", LIMIT_MILLIS, () -> carriers.present().isPresent());
        return carriers.present().orElseThrow();
    }

    private void probe() throws IOException {
        Process process = clients.start(
                AddressCluster.java(
                        ProbeMain.class.getName(),
                        AddressCluster.ADDRESS,
                        Integer.toString(AddressCluster.PORT),
                        cluster.password()),
                ProcessBuilder.Redirect.PIPE);
        Thread.ofPlatform().daemon().name("probe").start(() -> {
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.equals(lastAnswer)) {
                        System.out.println("client: " + line);
                    }
                    lastAnswer = line;
                }
            } catch (IOException e) {
                lastAnswer = "the probe ended: " + e.getMessage();
            }
        });
    }

    private void write(String line) throws IOException {
        System.out.println(line);
        Files.writeString(report, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void await(String what, long limitMillis, Callable<Boolean> condition) throws Exception {
        long began = System.nanoTime();
        while (!condition.call()) {
            if (millisSince(began) > limitMillis) {
                throw new AssertionError(
                        "not within %d ms: %s; the client's last answer: %s".formatted(limitMillis, what, lastAnswer));
            }
            Thread.sleep(2);
        }
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}
