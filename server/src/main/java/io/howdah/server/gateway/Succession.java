package io.howdah.server.gateway;

import io.howdah.gateway.GatewayServer;
import io.howdah.gateway.balance.BalanceSettings;
import io.howdah.gateway.balance.ReadSplit;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.NodeId;
import io.howdah.postgres.wire.Bytes;
import io.howdah.server.configuration.PidFile;
import io.howdah.server.configuration.ProcessIdentity;
import io.howdah.server.http.BearerToken;
import io.howdah.server.http.CacheDocument;
import io.howdah.server.http.GatewayProcess;
import io.howdah.server.http.Problem;
import io.howdah.server.http.ProblemAnswers;
import io.howdah.server.http.ProblemException;
import io.howdah.server.http.QueryDocument;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a gateway's process comes into its place and leaves it. A process that is started while another one serves the same gateway takes
 * its place: it listens on the same ports, has the kernel lead every new connection to itself, and then tells the other one to retire.
 * Started and closed by one thread; orders come on threads of their own.
 */
public final class Succession implements GatewayOrders, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);
    /** The one before may itself have taken a place a moment ago; only two at a time can share the ports. */
    private static final Duration BOTH_LISTEN = Duration.ofSeconds(10);

    private static final int LONGEST_NAME = 32;
    private static final Duration ROUTES = Duration.ofSeconds(5);
    private static final Duration HTTP_PORT = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    /** Where a gateway is. */
    public record Place(GatewayId gateway, String host, int httpPort, PidFile pidFile) {}

    private final Place place;
    private final GatewayServer server;
    private final ReadSplit split;
    private final Supplier<String> problem;
    private final Predecessors predecessors;
    private final Retirement retirement;
    private final TimedPauses pauses;
    private final GatewayHttp.Interior interior;
    private @Nullable GatewayHttp http; // guarded by this

    /**
     * @param secret of the cluster
     * @param problem why the newest configuration is not in force; empty when it is
     * @param exit ends the process
     */
    public Succession(
            Place place,
            String secret,
            GatewayServer server,
            ReadSplit split,
            GatewayMetrics metrics,
            Supplier<String> problem,
            Runnable exit) {
        this.place = place;
        this.server = server;
        this.split = split;
        this.problem = problem;
        this.predecessors = new Predecessors(place.gateway().value(), place.host(), secret);
        this.pauses = new TimedPauses(server.control());
        this.retirement = new Retirement(server, exit, this::restored);
        this.interior = new GatewayHttp.Interior(metrics, this, new BearerToken(secret));
    }

    /** A node counts the confirmations of a drain by reader, and two processes of one gateway must both have confirmed it. */
    public static GatewayId reader(GatewayId gateway) {
        return reader(gateway.value());
    }

    /** The same for another cluster than the gateway's own, which may have a gateway of this name itself. */
    public static GatewayId reader(GatewayId gateway, ClusterId own) {
        return reader("of-" + own.value().substring(0, 8) + "-" + gateway);
    }

    private static GatewayId reader(String name) {
        String suffix = "-" + ProcessHandle.current().pid();
        return new GatewayId(name.substring(0, Math.min(name.length(), LONGEST_NAME - suffix.length())) + suffix);
    }

    /** @param ready whether the gateway knows where to lead statements */
    public void start(BooleanSupplier ready) {
        Optional<GatewayProcess> before = predecessors.find(place.httpPort());
        if (before.isEmpty()) {
            place.pidFile().writeCurrent();
            server.start();
        } else {
            takeOver(before.get(), ready);
            place.pidFile().writeCurrent();
        }
        serveHttp(before.isPresent() ? HTTP_PORT : Duration.ZERO);
    }

    private void takeOver(GatewayProcess before, BooleanSupplier ready) {
        LOG.info("process {} serves {} already; takes its place", before.pid(), place.gateway());
        boolean alone = await(
                BOTH_LISTEN,
                () -> predecessors
                        .find(place.httpPort())
                        .map(found -> found.predecessors().stream().noneMatch(GatewayProcess.Predecessor::listening))
                        .orElse(true));
        if (!alone) {
            throw new IllegalStateException(
                    "process %d has itself taken a place and its predecessor still listens. Try again in a few seconds."
                            .formatted(before.pid()));
        }
        await(ROUTES, ready);
        restore(before);
        // Before the first client can come here with a request for one that is still there.
        predecessors.follow(before);
        server.forwardCancels(predecessors);
        server.startInPlaceOfAnother();
        GatewayProcess after = predecessors.replace(before);
        restore(after);
        predecessors.follow(after);
    }

    /** What an operator had said to the process before. */
    private void restore(GatewayProcess before) {
        server.control().restore(before.operator());
        Map<String, Double> balance = new TreeMap<>(before.balance());
        BalanceSettings now = split.settings();
        split.settings(new BalanceSettings(
                balance.getOrDefault("maximum_lag_bytes", (double) now.maximumLagBytes())
                        .longValue(),
                Duration.ofMillis(balance.getOrDefault(
                                "maximum_lag_ms", (double) now.maximumLag().toMillis())
                        .longValue()),
                Duration.ofMillis(balance.getOrDefault(
                                "slow_start_ms", (double) now.slowStart().toMillis())
                        .longValue()),
                now.weights()));
        balance.forEach((name, value) -> {
            if (name.startsWith("weight.")) {
                split.weigh(new NodeId(name.substring("weight.".length())), value);
            }
        });
    }

    private Map<String, Double> balance() {
        BalanceSettings now = split.settings();
        Map<String, Double> balance = new TreeMap<>();
        balance.put("maximum_lag_bytes", (double) now.maximumLagBytes());
        balance.put("maximum_lag_ms", (double) now.maximumLag().toMillis());
        balance.put("slow_start_ms", (double) now.slowStart().toMillis());
        now.weights().forEach((node, weight) -> balance.put("weight." + node, weight));
        return balance;
    }

    private void serveHttp(Duration patience) {
        boolean served = await(patience, () -> {
            Optional<GatewayHttp> opened = GatewayHttp.serve(place.host(), place.httpPort(), interior);
            opened.ifPresent(this::http);
            return opened.isPresent();
        });
        if (!served) {
            GatewayHttp.warnOfSilence(place.host(), place.httpPort());
        }
    }

    private synchronized void http(@Nullable GatewayHttp opened) {
        http = opened;
    }

    private synchronized int httpPort() {
        return http == null ? 0 : http.port();
    }

    private static boolean await(Duration patience, BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNanos >= 0) {
                return false;
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    // ---- orders

    @Override
    public String status() {
        return process().toJson();
    }

    private GatewayProcess process() {
        return new GatewayProcess(
                place.gateway().value(),
                ProcessHandle.current().pid(),
                httpPort(),
                server.connections(),
                retirement.isListening(),
                retirement.isUnderWay(),
                predecessors.present(),
                server.control().operatorState(),
                balance(),
                problem.get());
    }

    @Override
    public String order(String name, String body) {
        JsonNode document;
        try {
            document = JsonMapper.shared().readTree(body);
        } catch (JacksonException e) {
            throw new ProblemException(ProblemAnswers.malformed(e.getOriginalMessage()));
        }
        return switch (name) {
            case "handover" -> handOver(document.path("pid").asLong());
            case "drain" -> {
                retirement.deadline(Duration.ofMillis(document.path("within_ms").asLong()));
                yield status();
            }
            case "reload" -> {
                reload();
                yield status();
            }
            case "pause-database" -> {
                pauses.pause(
                        document.path("database").asString(""),
                        Duration.ofMillis(document.path("within_ms").asLong()),
                        Duration.ofMillis(document.path("hold_ms").asLong()));
                yield status();
            }
            case "resume-database" -> {
                pauses.resume(document.path("database").asString(""));
                yield status();
            }
            case "queries" ->
                JsonMapper.shared()
                        .writeValueAsString(
                                QueryDocument.write(server.control().queries().join(), Integer.MAX_VALUE));
            case "cache" ->
                JsonMapper.shared()
                        .writeValueAsString(CacheDocument.write(server.control().cache()));
            case "cache-invalidate" ->
                JsonMapper.shared()
                        .writeValueAsString(CacheDocument.write(
                                server.control().invalidateCache(text(document, "database"), text(document, "table"))));
            case "cancel" -> {
                CompletableFuture<Void> done = new CompletableFuture<>();
                byte[] secret = HexFormat.of().parseHex(document.path("secret").asString());
                server.cancel(document.path("process_id").asInt(), Bytes.of(secret), () -> done.complete(null));
                done.join();
                yield "{}";
            }
            default ->
                throw new ProblemException(new Problem(
                        404,
                        "unknown_order",
                        "There is no such order",
                        name + " is not known to this version",
                        "restart the gateway with this version: 'howdah gateway restart'",
                        false));
        };
    }

    private static Optional<String> text(JsonNode document, String key) {
        return document.path(key).asStringOpt().filter(text -> !text.isEmpty());
    }

    private void reload() {
        try {
            server.control().reload().join();
        } catch (CompletionException e) {
            throw new ProblemException(new Problem(
                    409,
                    "unusable_configuration",
                    "The gateway's configuration cannot be used",
                    String.valueOf(
                            e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
                    "what was in force stays in force; correct howdah.yaml or the file that it names, then 'howdah gateway reload'",
                    false));
        }
    }

    private String handOver(long pid) {
        if (!server.canBeReplaced()) {
            throw refusal("the gateway runs without the options of Unix sockets (NIO)", "stop it, then 'howdah up'");
        }
        ProcessIdentity successor = ProcessIdentity.of(pid)
                .orElseThrow(() -> refusal("process " + pid + " does not run on this host", "howdah gateway restart"));
        retirement.begin(successor);
        letHttpPortGo();
        return status();
    }

    private static ProblemException refusal(String detail, String hint) {
        return new ProblemException(
                new Problem(409, "no_handover", "The gateway cannot be handed over", detail, hint, false));
    }

    /** The other process needs the port; this one can still be asked, on another. */
    private synchronized void letHttpPortGo() {
        GatewayHttp before = http;
        if (before != null && before.port() == place.httpPort()) {
            http = GatewayHttp.serve(place.host(), 0, interior).orElse(null);
            // Its last answer is the one to this order; closing waits for that.
            Thread.ofVirtual().name("http-port").start(before::close);
        }
    }

    /** The other process has ended too early. */
    private void restored() {
        place.pidFile().writeCurrent();
        serveHttp(HTTP_PORT);
    }

    @Override
    public synchronized void close() {
        predecessors.close();
        if (http != null) {
            http.close();
        }
    }
}
