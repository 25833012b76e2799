package io.howdah.cli.local;

import io.howdah.cli.api.HttpAnswer;
import io.howdah.cli.api.HttpClient;
import io.howdah.cli.api.HttpException;
import io.howdah.cli.api.InvalidJsonException;
import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonReader;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The status document put together from the nodes' own statuses while no admin process answers. The same keys as the
 * Admin API gives; {@code problems} says where it comes from.
 */
public final class StatusWithoutAdmin {
    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(500);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(2);
    private static final List<String> COPIED = List.of(
            "role",
            "state",
            "reason",
            "pid",
            "postgres_pid",
            "host",
            "port",
            "api_port",
            "data_dir",
            "timeline",
            "lsn",
            "lag_bytes",
            "voter",
            "tags");

    private final ClusterDirectory directory;
    private final ClusterConfiguration configuration;
    private final List<String> problems = new ArrayList<>();

    public StatusWithoutAdmin(ClusterDirectory directory) {
        this.directory = directory;
        this.configuration = directory.configuration();
    }

    /** What one node said, or why it said nothing. */
    private record Report(ClusterConfiguration.Node node, Optional<Json.Fields> status, String failure) {
        boolean leads() {
            return status.filter(fields -> fields.shown("role").equals("primary") && fields.truth("gate_open"))
                    .isPresent();
        }

        long term() {
            return status.map(fields -> fields.number("term")).orElse(0L);
        }
    }

    /** Asks every node at once and returns the document. */
    public Json.Fields read() {
        String secret = directory.secret("peer_secret");
        HttpClient http = new HttpClient(CONNECT_TIMEOUT);
        List<Report> reports = all(configuration.nodes(), node -> ask(http, node, secret));
        List<String> gatewayProblems = all(configuration.gateways(), gateway -> problem(http, gateway, secret));
        Optional<Report> leader = reports.stream().filter(Report::leads).max(Comparator.comparingLong(Report::term));
        problems.add(0, "admin does not run; this comes from the nodes themselves");
        if (leader.isEmpty()) {
            problems.add("no leader takes writes");
        }
        for (Report report : reports) {
            if (report.status().isEmpty()) {
                problems.add(report.node().id() + " does not answer: " + report.failure());
            }
        }
        List<Json> gateways = gateways();
        gatewayProblems.stream().filter(problem -> !problem.isEmpty()).forEach(problems::add);
        List<Json> addresses = addresses(reports);
        return Json.fields(
                "cluster", Json.of(configuration.name()),
                "cluster_id", Json.of(configuration.id()),
                "term", Json.of(reports.stream().mapToLong(Report::term).max().orElse(0)),
                "leader", Json.of(leader.map(report -> report.node().id())),
                "problems", Json.of(problems.stream().map(Json::of).toList()),
                "nodes",
                        Json.of(reports.stream()
                                .map(StatusWithoutAdmin::describe)
                                .toList()),
                "gateways", Json.of(gateways),
                "virtual_addresses", Json.of(addresses),
                "admin", Json.fields("url", Json.of(configuration.adminUrl()), "pid", Json.of(0)),
                "failover", Json.of(canFailOver(reports, leader)));
    }

    /** Whether any node or gateway gave a sign of life in that document. */
    public static boolean showsLife(Json.Fields document) {
        return document.list("nodes").stream().anyMatch(node -> node.number("pid") > 0)
                || document.list("gateways").stream().anyMatch(gateway -> gateway.number("pid") > 0);
    }

    /** Asks all at once. */
    private static <T, A> List<A> all(List<T> whom, Function<T, A> question) {
        List<FutureTask<A>> answers = whom.stream()
                .map(each -> new FutureTask<>(() -> question.apply(each)))
                .toList();
        answers.forEach(Thread::startVirtualThread);
        return answers.stream().map(StatusWithoutAdmin::await).toList();
    }

    private static <A> A await(FutureTask<A> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the cluster was asked", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Why a gateway does not go by its newest configuration; empty when it does, or does not answer. */
    private static String problem(HttpClient http, ClusterConfiguration.Gateway gateway, String secret) {
        try {
            HttpAnswer answer = http.send(
                    "GET",
                    URI.create("http://%s:%d/v1/status".formatted(gateway.host(), gateway.http())),
                    Optional.of(secret),
                    Optional.empty(),
                    CONNECT_TIMEOUT);
            Json.Fields status = answer.isSuccess() ? JsonReader.readFields(answer.body()) : Json.fields();
            boolean own = status.text("gateway").filter(gateway.id()::equals).isPresent();
            return status.text("problem")
                    .filter(problem -> own && !problem.isEmpty())
                    .map(problem -> gateway.id() + ": " + problem)
                    .orElse("");
        } catch (HttpException | InvalidJsonException e) {
            return "";
        }
    }

    private Report ask(HttpClient http, ClusterConfiguration.Node node, String secret) {
        try {
            HttpAnswer answer = http.send(
                    "GET",
                    URI.create("http://%s:%d/v1/status".formatted(node.host(), node.apiPort())),
                    Optional.of(secret),
                    Optional.empty(),
                    READ_TIMEOUT);
            if (!answer.isSuccess()) {
                return new Report(node, Optional.empty(), "HTTP status " + answer.status());
            }
            Json.Fields status = JsonReader.readFields(answer.body());
            return status.shown("node").equals(node.id())
                    ? new Report(node, Optional.of(status), "")
                    : new Report(
                            node, Optional.empty(), "its port is used by a node named '" + status.shown("node") + "'");
        } catch (HttpException | InvalidJsonException e) {
            return new Report(node, Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    private static Json describe(Report report) {
        Map<String, Json> members = new LinkedHashMap<>();
        members.put("id", Json.of(report.node().id()));
        members.put("cell", Json.of(report.node().cell()));
        Json.Fields status = report.status().orElseGet(() -> silent(report));
        for (String key : COPIED) {
            // The node calls it postgres_port because it has another port beside it.
            members.put(key, key.equals("port") ? Json.of(report.node().postgresPort()) : status.get(key));
        }
        return new Json.Fields(members);
    }

    private static Json.Fields silent(Report report) {
        return Json.fields(
                "role", Json.of("standby"),
                "state", Json.of("unreachable"),
                "reason", Json.of(report.failure()),
                "pid", Json.of(0),
                "postgres_pid", Json.of(0),
                "host", Json.of(report.node().host()),
                "api_port", Json.of(report.node().apiPort()),
                "data_dir", Json.of(""),
                "timeline", Json.Nothing.NULL,
                "lsn", Json.Nothing.NULL,
                "lag_bytes", Json.of(0),
                "voter", Json.of(false),
                "tags", Json.of(""));
    }

    private List<Json> gateways() {
        List<LocalProcesses.Component> running = new LocalProcesses(directory).running();
        List<Json> gateways = new ArrayList<>();
        for (ClusterConfiguration.Gateway gateway : configuration.gateways()) {
            long pid = running.stream()
                    .filter(component -> component.name().equals(gateway.id()))
                    .mapToLong(component -> component.identity().pid())
                    .findFirst()
                    .orElse(0);
            if (pid == 0) {
                problems.add(gateway.id() + " does not run");
            }
            gateways.add(Json.fields(
                    "id", Json.of(gateway.id()),
                    "cell", Json.of(gateway.cell()),
                    "pid", Json.of(pid),
                    "host", Json.of(gateway.host()),
                    "ports",
                            Json.fields(
                                    "auto", Json.of(gateway.auto()),
                                    "read_write", Json.of(gateway.readWrite()),
                                    "read_only", Json.of(gateway.readOnly()))));
        }
        return gateways;
    }

    private List<Json> addresses(List<Report> reports) {
        List<Json> addresses = new ArrayList<>();
        for (ClusterConfiguration.VirtualAddress each : configuration.virtualAddresses()) {
            Optional<String> holder = holder(reports, each.address());
            if (holder.isEmpty()) {
                problems.add("no gateway carries the virtual address " + each.address());
            }
            addresses.add(Json.fields(
                    "address", Json.of(each.address()),
                    "interface", Json.of(each.network()),
                    "cell", Json.of(Optional.of(each.cell()).filter(cell -> !cell.isEmpty())),
                    "holder", Json.of(holder)));
        }
        return addresses;
    }

    /** The gateway to which a majority of the members of the newest rule grants an address. */
    private static Optional<String> holder(List<Report> reports, String address) {
        List<String> members = reports.stream()
                .max(Comparator.comparingLong(Report::term))
                .flatMap(Report::status)
                .map(status -> status.texts("members"))
                .orElse(List.of());
        Map<String, Integer> voices = new TreeMap<>();
        for (Report report : reports) {
            if (members.contains(report.node().id())) {
                report.status()
                        .ifPresent(status -> status.text("address_grants").stream()
                                .flatMap(grants -> Stream.of(grants.split(" ")))
                                .filter(grant -> grant.startsWith(address + "="))
                                .forEach(
                                        grant -> voices.merge(grant.substring(address.length() + 1), 1, Integer::sum)));
            }
        }
        return voices.entrySet().stream()
                .filter(voice -> voice.getValue() > members.size() / 2)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** A majority of the voters must be left when the leader dies. */
    private static boolean canFailOver(List<Report> reports, Optional<Report> leader) {
        List<String> members = leader.flatMap(Report::status)
                .map(status -> status.texts("members"))
                .orElse(List.of());
        long others = reports.stream()
                .filter(report -> report.status().isPresent() && !report.leads())
                .filter(report -> members.contains(report.node().id()))
                .count();
        return members.size() > 1 && others >= members.size() / 2 + 1;
    }
}
