package io.howdah.gateway.console;

import io.howdah.gateway.balance.BalanceSettings;
import io.howdah.gateway.balance.ReadSplit;
import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.route.Backend;
import io.howdah.kernel.model.NodeId;
import io.howdah.postgres.wire.SqlState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Understands and carries out the commands of the console (PgBouncer's manual, "Admin console"; Pgpool-II's SHOW POOL_NODES). Safe on every
 * thread; nothing blocks.
 */
public final class Console {
    /** What clients name as their database; the second for tools that were made for PgBouncer. */
    private static final Set<String> DATABASES = Set.of("howdah", "pgbouncer");

    private static final String USAGE = """
            Console usage
            \tSHOW HELP|CONFIG|DATABASES|POOLS|CLIENTS|SERVERS|SOCKETS|ACTIVE_SOCKETS|USERS|VERSION|STATE
            \tSHOW LISTS|STATS|STATS_TOTALS|STATS_AVERAGES|TOTALS
            \tSHOW POOL_NODES|QUERIES|CACHE
            \tPAUSE [<db>]
            \tRESUME [<db>]
            \tDISABLE <db>
            \tENABLE <db>
            \tRECONNECT [<db>]
            \tKILL <db>
            \tKILL_CLIENT <ptr>
            \tWAIT_CLOSE [<db>]
            \tDETACH <node>
            \tATTACH <node>
            \tSET maximum_lag_bytes|maximum_lag_ms|slow_start_ms|weight.<node> = <number>
            \tRELOAD""";

    private final GatewayControl control;
    private final Optional<ReadSplit> split;
    private final Supplier<ConsoleSettings> settings;
    private final InstantSource clock;
    private final LongSupplier nanoClock;

    /**
     * @param clock tells connect times
     * @param nanoClock as System.nanoTime
     */
    public Console(
            GatewayControl control,
            Optional<ReadSplit> split,
            Supplier<ConsoleSettings> settings,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.control = control;
        this.split = split;
        this.settings = settings;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    /** Whether clients that name this database mean the console. */
    public static boolean isDatabase(String name) {
        return DATABASES.contains(name);
    }

    public boolean admits(String user) {
        return mayOrder(user) || settings.get().statsUsers().contains(user);
    }

    private boolean mayOrder(String user) {
        return settings.get().adminUsers().contains(user);
    }

    String version() {
        return settings.get().version();
    }

    /** Carries out one command of this user; fails with a {@link ConsoleException}. */
    CompletableFuture<Answer> run(String text, String user) {
        String command = text.strip();
        while (command.endsWith(";")) {
            command = command.substring(0, command.length() - 1).strip();
        }
        List<String> words = Arrays.asList(command.split("\\s+"));
        try {
            return switch (words.getFirst().toUpperCase(Locale.ROOT)) {
                case "SHOW" -> show(command, words);
                case "SET" -> CompletableFuture.completedFuture(set(command, user));
                case "SELECT" -> CompletableFuture.completedFuture(select(command));
                case "BEGIN", "COMMIT", "ROLLBACK", "DISCARD", "RESET" ->
                    CompletableFuture.completedFuture(
                            Answer.done(words.getFirst().toUpperCase(Locale.ROOT)));
                default -> {
                    requireAdmin(user);
                    yield order(command, words);
                }
            };
        } catch (ConsoleException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void requireAdmin(String user) {
        if (!mayOrder(user)) {
            throw new ConsoleException(
                    SqlState.INSUFFICIENT_PRIVILEGE,
                    "admin access needed",
                    "Users of stats_users may look only; those of admin_users may give orders.");
        }
    }

    // ---- SHOW

    private CompletableFuture<Answer> show(String command, List<String> words) {
        if (words.size() != 2) {
            throw invalid(command);
        }
        String what = words.get(1).toUpperCase(Locale.ROOT);
        return switch (what) {
            case "HELP" -> now(new Answer("SHOW", List.of(), List.of(), USAGE));
            case "VERSION" ->
                now(new TableBuilder("version")
                        .row("Howdah " + settings.get().version())
                        .answer());
            case "STATE" -> now(states());
            case "CONFIG" -> now(configuration());
            case "MEM" -> now(MemoryTable.of(Runtime.getRuntime()));
            case "DNS_HOSTS" -> now(new TableBuilder("hostname #ttl addrs").answer());
            case "DNS_ZONES" -> now(new TableBuilder("zonename #serial #count").answer());
            case "QUERIES" -> control.queries().thenApply(QueryTable::of);
            case "CACHE" -> now(CacheTable.of(control.cache()));
            case "POOL_NODES" -> control.report().thenApply(this::nodes);
            default -> control.report().thenApply(report -> table(what, report).orElseThrow(() -> invalid(command)));
        };
    }

    private static CompletableFuture<Answer> now(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private Optional<Answer> table(String what, GatewayReport report) {
        TrafficTables traffic = new TrafficTables(report, control.averages(), nanoClock.getAsLong());
        PoolerTables tables = new PoolerTables(report, control, clock.instant());
        return switch (what) {
            case "POOLS" -> Optional.of(tables.pools());
            case "CLIENTS" -> Optional.of(tables.clients());
            case "SERVERS" -> Optional.of(tables.servers());
            case "SOCKETS" -> Optional.of(tables.sockets(false));
            case "ACTIVE_SOCKETS" -> Optional.of(tables.sockets(true));
            case "DATABASES" -> Optional.of(tables.databases());
            case "USERS" -> Optional.of(tables.users());
            case "LISTS" -> Optional.of(tables.lists(settings.get().maximumClients()));
            case "STATS" -> Optional.of(traffic.stats());
            case "STATS_TOTALS" -> Optional.of(traffic.totals());
            case "STATS_AVERAGES" -> Optional.of(traffic.averages());
            case "TOTALS" -> Optional.of(traffic.sums());
            default -> Optional.empty();
        };
    }

    private Answer nodes(GatewayReport report) {
        return NodeTable.of(report, control.routes(), split);
    }

    private Answer states() {
        return new TableBuilder("key value")
                .row("active", control.isPaused("") ? "no" : "yes")
                .row("paused", control.isPaused("") ? "yes" : "no")
                .row("suspended", "no")
                .answer();
    }

    private Answer configuration() {
        TableBuilder table = new TableBuilder("key value default changeable");
        settings.get().configuration().forEach((key, value) -> table.row(key, value, Optional.empty(), "no"));
        split.ifPresent(used -> {
            BalanceSettings now = used.settings();
            BalanceSettings usual = BalanceSettings.USUAL;
            table.row("maximum_lag_bytes", now.maximumLagBytes(), usual.maximumLagBytes(), "yes");
            table.row(
                    "maximum_lag_ms",
                    now.maximumLag().toMillis(),
                    usual.maximumLag().toMillis(),
                    "yes");
            table.row(
                    "slow_start_ms",
                    now.slowStart().toMillis(),
                    usual.slowStart().toMillis(),
                    "yes");
            now.weights().forEach((node, weight) -> table.row("weight." + node, weight, "1.0", "yes"));
        });
        return table.answer();
    }

    // ---- SET and what drivers ask by themselves

    private Answer set(String command, String user) {
        String[] halves = command.substring(3).strip().split("\\s*=\\s*|\\s+(?i:to)\\s+", 2);
        String key = halves[0].strip().toLowerCase(Locale.ROOT);
        if (halves.length == 2 && isOfDrivers(key)) {
            return Answer.done("SET");
        }
        requireAdmin(user);
        ReadSplit used = split.orElseThrow(() -> unknownSetting(key));
        if (halves.length < 2) {
            throw invalid(command);
        }
        change(used, key, number(key, halves[1].replace("'", "").strip()));
        return Answer.done("SET");
    }

    private static boolean isOfDrivers(String key) {
        return Stream.of(
                        "extra_float_digits", "application_name", "client_encoding", "datestyle", "session", "timezone")
                .anyMatch(key::startsWith);
    }

    private void change(ReadSplit used, String key, double value) {
        BalanceSettings now = used.settings();
        switch (key) {
            case "maximum_lag_bytes" ->
                used.settings(new BalanceSettings((long) value, now.maximumLag(), now.slowStart(), now.weights()));
            case "maximum_lag_ms" ->
                used.settings(new BalanceSettings(
                        now.maximumLagBytes(), Duration.ofMillis((long) value), now.slowStart(), now.weights()));
            case "slow_start_ms" ->
                used.settings(new BalanceSettings(
                        now.maximumLagBytes(), now.maximumLag(), Duration.ofMillis((long) value), now.weights()));
            default -> {
                if (!key.startsWith("weight.")) {
                    throw unknownSetting(key);
                }
                weigh(used, key.substring("weight.".length()), value);
            }
        }
    }

    private void weigh(ReadSplit used, String name, double value) {
        NodeId node = knownNode(name);
        if (value > 100) {
            throw new ConsoleException(
                    SqlState.INVALID_PARAMETER_VALUE,
                    "weight " + value + " is more than 100",
                    "Weights are shares: 1 is usual.");
        }
        used.weigh(node, value);
    }

    private NodeId knownNode(String name) {
        List<NodeId> nodes = Stream.concat(control.routes().primary().stream(), control.routes().replicas().stream())
                .map(Backend::node)
                .toList();
        return nodes.stream()
                .filter(node -> node.value().equals(name))
                .findFirst()
                .orElseThrow(() -> new ConsoleException(
                        SqlState.UNDEFINED_OBJECT,
                        "no such node: " + name,
                        "The nodes are "
                                + nodes.stream().map(NodeId::toString).sorted().collect(Collectors.joining(", "))
                                + "."));
    }

    private static double number(String key, String text) {
        if (!text.matches("[0-9]{1,15}(\\.[0-9]{1,6})?")) {
            throw new ConsoleException(
                    SqlState.INVALID_PARAMETER_VALUE,
                    "invalid value for parameter \"" + key + "\": \"" + text + "\"",
                    "It is a number that is not negative.");
        }
        return Double.parseDouble(text);
    }

    private static ConsoleException unknownSetting(String key) {
        return new ConsoleException(
                SqlState.UNDEFINED_OBJECT, "unrecognized configuration parameter \"" + key + "\"", "See SHOW CONFIG.");
    }

    /** Drivers and health checks ask this much without being told to. */
    private Answer select(String command) {
        String asked = command.substring("SELECT".length()).strip().toLowerCase(Locale.ROOT);
        return switch (asked) {
            case "1" -> new TableBuilder("#?column?").row(1).answer();
            case "version()" ->
                new TableBuilder("version")
                        .row("Howdah " + settings.get().version())
                        .answer();
            default -> throw invalid(command);
        };
    }

    // ---- orders

    private CompletableFuture<Answer> order(String command, List<String> words) {
        String verb = words.getFirst().toUpperCase(Locale.ROOT);
        Optional<String> name = words.size() == 2 ? Optional.of(words.get(1).replace("\"", "")) : Optional.empty();
        if (words.size() > 2) {
            throw invalid(command);
        }
        return switch (verb) {
            case "RELOAD" -> control.reload().thenApply(_ -> Answer.done(verb));
            case "PAUSE" -> known(name).thenCompose(_ -> control.pause(name)).thenApply(_ -> Answer.done(verb));
            case "RESUME" -> known(name).thenApply(_ -> resume(name));
            case "RECONNECT" ->
                known(name).thenCompose(_ -> control.reconnect(name)).thenApply(_ -> Answer.done(verb));
            case "KILL" ->
                known(Optional.of(needed(name, command)))
                        .thenCompose(_ -> control.kill(needed(name, command)))
                        .thenApply(_ -> Answer.done(verb));
            case "KILL_CLIENT" ->
                control.killClient(needed(name, command).replaceFirst("^0x", ""))
                        .thenApply(found -> killed(found, command));
            case "WAIT_CLOSE" ->
                known(name).thenCompose(_ -> control.awaitClosed(name)).thenApply(_ -> Answer.done(verb));
            case "DISABLE", "ENABLE" -> {
                control.disable(needed(name, command), verb.equals("DISABLE"));
                yield now(Answer.done(verb));
            }
            case "DETACH", "ATTACH" -> {
                ReadSplit used = split.orElseThrow(() -> invalid(command));
                used.weigh(knownNode(needed(name, command)), verb.equals("ATTACH") ? 1 : 0);
                yield now(Answer.done(verb));
            }
            case "SHUTDOWN", "SUSPEND" ->
                throw new ConsoleException(
                        SqlState.FEATURE_NOT_SUPPORTED,
                        verb + " is not a command of this console",
                        "\"howdah down\" stops a cluster; PAUSE holds its clients.");
            default -> throw invalid(command);
        };
    }

    private static Answer killed(boolean found, String command) {
        if (!found) {
            throw new ConsoleException(
                    SqlState.UNDEFINED_OBJECT, "no such client: " + command, "SHOW CLIENTS tells their ptr.");
        }
        return Answer.done("KILL_CLIENT");
    }

    private Answer resume(Optional<String> name) {
        if (!control.resume(name)) {
            throw new ConsoleException(
                    SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    name.map(database -> "database " + database + " is not paused")
                            .orElse("nothing is paused"),
                    "SHOW DATABASES tells what is.");
        }
        return Answer.done("RESUME");
    }

    private static String needed(Optional<String> name, String command) {
        return name.orElseThrow(() -> new ConsoleException(
                SqlState.SYNTAX_ERROR, "a name is needed: '" + command + " <name>'", "See SHOW HELP."));
    }

    /** Orders about a database that nobody has ever asked for are mistakes. */
    private CompletableFuture<Void> known(Optional<String> database) {
        if (database.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return control.report().thenAccept(report -> {
            if (!report.traffic().containsKey(database.get())
                    && !control.databases().places().containsKey(database.get())) {
                throw new ConsoleException(
                        SqlState.INVALID_CATALOG_NAME,
                        "no such database: " + database.get(),
                        "SHOW DATABASES lists those that clients have asked for.");
            }
        });
    }

    private static ConsoleException invalid(String command) {
        String shown = command.length() > 100 ? command.substring(0, 100) + "..." : command;
        return new ConsoleException(SqlState.SYNTAX_ERROR, "invalid command '" + shown + "', use SHOW HELP;", "");
    }
}
