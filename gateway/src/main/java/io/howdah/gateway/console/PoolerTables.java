package io.howdah.gateway.console;

import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.metrics.GatewayReport.Client;
import io.howdah.gateway.metrics.GatewayReport.ClientState;
import io.howdah.gateway.metrics.GatewayReport.Pool;
import io.howdah.gateway.metrics.GatewayReport.Server;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.DatabaseTable;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * SHOW POOLS, CLIENTS, SERVERS, DATABASES, USERS and LISTS with PgBouncer 1.18's columns; what Howdah has besides stands behind them.
 * Pools of several event loops and servers are one line, as they are to PgBouncer.
 */
final class PoolerTables {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private final GatewayReport report;
    private final GatewayControl control;
    private final Instant now;

    PoolerTables(GatewayReport report, GatewayControl control, Instant now) {
        this.report = report;
        this.control = control;
        this.now = now;
    }

    private record Owner(String database, String user) implements Comparable<Owner> {
        @Override
        public int compareTo(Owner other) {
            return Comparator.comparing(Owner::database)
                    .thenComparing(Owner::user)
                    .compare(this, other);
        }
    }

    Answer pools() {
        TableBuilder table = new TableBuilder("database user #cl_active #cl_waiting #cl_active_cancel_req"
                + " #cl_waiting_cancel_req #sv_active #sv_active_cancel #sv_being_canceled #sv_idle #sv_used #sv_tested"
                + " #sv_login #maxwait #maxwait_us pool_mode");
        Map<Owner, List<Pool>> pools = byOwner();
        pools.forEach((owner, parts) -> {
            List<Client> clients = report.clients().stream()
                    .filter(client -> client.database().equals(owner.database)
                            && client.user().equals(owner.user))
                    .toList();
            long waiting = clients.stream()
                    .filter(client -> client.state() == ClientState.WAITING)
                    .count();
            long waitMicros =
                    clients.stream().mapToLong(Client::waitNanos).max().orElse(0) / 1000;
            table.row(
                    owner.database,
                    owner.user,
                    clients.size() - waiting,
                    waiting,
                    0,
                    0,
                    sum(parts, Pool::active),
                    0,
                    0,
                    sum(parts, Pool::idle),
                    0,
                    0,
                    sum(parts, Pool::opening),
                    waitMicros / 1_000_000,
                    waitMicros % 1_000_000,
                    parts.isEmpty() ? "" : parts.getFirst().mode());
        });
        return table.answer();
    }

    private static long sum(List<Pool> pools, ToLongFunction<Pool> value) {
        return pools.stream().mapToLong(value).sum();
    }

    private Map<Owner, List<Pool>> byOwner() {
        Map<Owner, List<Pool>> pools = new TreeMap<>();
        for (Client client : report.clients()) {
            pools.computeIfAbsent(new Owner(client.database(), client.user()), _ -> new ArrayList<>());
        }
        for (Pool pool : report.pools()) {
            pools.computeIfAbsent(new Owner(pool.database(), pool.user()), _ -> new ArrayList<>())
                    .add(pool);
        }
        return pools;
    }

    private static final String SOCKET = "type user database state addr #port local_addr #local_port connect_time"
            + " request_time #wait #wait_us #close_needed ptr link #remote_pid tls application_name";

    Answer clients() {
        TableBuilder table = new TableBuilder(SOCKET + " port_role #process_id pins");
        for (Client client : report.clients()) {
            String state = client.state() == ClientState.WAITING ? "waiting" : "active";
            table.row(
                    "C",
                    client.user(),
                    client.database(),
                    state,
                    host(client.remote()),
                    port(client.remote()),
                    host(client.local()),
                    port(client.local()),
                    time(client.connectedNanos()),
                    time(client.requestNanos()),
                    client.waitNanos() / 1_000_000_000,
                    client.waitNanos() / 1000 % 1_000_000,
                    0,
                    "0x" + client.id(),
                    client.link().isEmpty() ? "" : "0x" + client.link(),
                    0,
                    "",
                    client.applicationName(),
                    client.port(),
                    client.processId(),
                    String.join(",", client.pins()));
        }
        return table.answer();
    }

    Answer servers() {
        TableBuilder table = new TableBuilder(SOCKET + " node");
        for (Server server : report.servers()) {
            table.row(
                    "S",
                    server.user(),
                    server.database(),
                    server.active() ? "active" : "idle",
                    host(server.remote()),
                    port(server.remote()),
                    host(server.local()),
                    port(server.local()),
                    time(server.connectedNanos()),
                    time(server.requestNanos()),
                    0,
                    0,
                    server.retiring() ? 1 : 0,
                    "0x" + server.id(),
                    server.link().isEmpty() ? "" : "0x" + server.link(),
                    server.processId(),
                    "",
                    "",
                    server.place().node());
        }
        return table.answer();
    }

    /** Clients and servers in one table, as PgBouncer shows sockets; what it has of their buffers is always 0 here. */
    Answer sockets(boolean activeOnly) {
        int described = SOCKET.split(" ").length;
        List<Answer.Column> columns = new TableBuilder(
                        SOCKET + " #recv_pos #pkt_pos #pkt_remain #send_pos #send_remain #pkt_avail #send_avail")
                .answer()
                .columns();
        List<List<Optional<String>>> rows = new ArrayList<>();
        for (Answer part : List.of(clients(), servers())) {
            for (List<Optional<String>> row : part.rows()) {
                boolean active =
                        row.get(3).filter(state -> !state.equals("idle")).isPresent();
                if (active || !activeOnly) {
                    List<Optional<String>> all = new ArrayList<>(row.subList(0, described));
                    all.addAll(Collections.nCopies(columns.size() - described, Optional.of("0")));
                    rows.add(all);
                }
            }
        }
        return Answer.rows(columns, rows);
    }

    Answer databases() {
        TableBuilder table = new TableBuilder("name host #port database force_user #pool_size #min_pool_size"
                + " #reserve_pool pool_mode #max_connections #current_connections #paused #disabled cluster");
        for (String database : databaseNames()) {
            List<Pool> pools = report.pools().stream()
                    .filter(pool -> pool.database().equals(database))
                    .toList();
            Optional<Pool> first = pools.stream().findFirst();
            Optional<Backend> primary = control.primary(database);
            DatabaseTable.Place place = control.databases().of(database);
            table.row(
                    database,
                    primary.map(Backend::host),
                    primary.map(Backend::port),
                    place.database(),
                    Optional.empty(),
                    first.map(Pool::size).orElse(0),
                    first.map(Pool::minimum).orElse(0),
                    first.map(Pool::reserve).orElse(0),
                    first.map(Pool::mode),
                    0,
                    report.servers().stream()
                            .filter(server -> server.database().equals(database))
                            .count(),
                    control.isPaused(database) ? 1 : 0,
                    control.isDisabled(database) ? 1 : 0,
                    place.cluster());
        }
        return table.answer();
    }

    private SortedSet<String> databaseNames() {
        SortedSet<String> names = new TreeSet<>(report.traffic().keySet());
        names.addAll(control.databases().places().keySet());
        return names;
    }

    private SortedSet<String> userNames() {
        SortedSet<String> names = new TreeSet<>();
        byOwner().keySet().forEach(owner -> names.add(owner.user));
        return names;
    }

    Answer users() {
        TableBuilder table = new TableBuilder("name pool_mode");
        userNames().forEach(name -> table.row(name, Optional.empty()));
        return table.answer();
    }

    Answer lists(int maximumClients) {
        long active = report.servers().stream().filter(Server::active).count();
        return new TableBuilder("list #items")
                .row("databases", databaseNames().size())
                .row("users", userNames().size())
                .row("pools", byOwner().size())
                .row("free_clients", maximumClients - report.clients().size())
                .row("used_clients", report.clients().size())
                .row("login_clients", 0)
                .row("free_servers", report.servers().size() - active)
                .row("used_servers", active)
                .row("dns_names", 0)
                .row("dns_zones", 0)
                .row("dns_queries", 0)
                .row("dns_pending", 0)
                .answer();
    }

    private String time(long agoNanos) {
        return TIME.format(now.minus(agoNanos, ChronoUnit.NANOS));
    }

    private static String host(SocketAddress address) {
        return address instanceof InetSocketAddress internet
                ? internet.getAddress().getHostAddress()
                : "unix";
    }

    private static int port(SocketAddress address) {
        return address instanceof InetSocketAddress internet ? internet.getPort() : 0;
    }
}
