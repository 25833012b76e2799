package io.howdah.gateway.metrics;

import io.howdah.gateway.metrics.Traffic.Totals;
import io.howdah.gateway.route.Backend;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One picture of everything that a gateway, or one of its event loops, does at a moment.
 *
 * @param traffic of each database
 * @param requests how many requests each server has served
 */
public record GatewayReport(
        List<Client> clients,
        List<Server> servers,
        List<Pool> pools,
        Map<String, Totals> traffic,
        Map<Backend, Long> requests) {
    public GatewayReport {
        clients = List.copyOf(clients);
        servers = List.copyOf(servers);
        pools = List.copyOf(pools);
        traffic = Map.copyOf(traffic);
        requests = Map.copyOf(requests);
    }

    public static final GatewayReport NOTHING = new GatewayReport(List.of(), List.of(), List.of(), Map.of(), Map.of());

    /** What both report together. */
    public GatewayReport plus(GatewayReport other) {
        List<Client> allClients = new ArrayList<>(clients);
        allClients.addAll(other.clients);
        List<Server> allServers = new ArrayList<>(servers);
        allServers.addAll(other.servers);
        List<Pool> allPools = new ArrayList<>(pools);
        allPools.addAll(other.pools);
        Map<String, Totals> allTraffic = new TreeMap<>(traffic);
        other.traffic.forEach((database, totals) -> allTraffic.merge(database, totals, Totals::plus));
        Map<Backend, Long> allRequests = new java.util.HashMap<>(requests);
        other.requests.forEach((place, count) -> allRequests.merge(place, count, Long::sum));
        return new GatewayReport(allClients, allServers, allPools, allTraffic, allRequests);
    }

    /** What a client's connection is doing. */
    public enum ClientState {
        ACTIVE,
        IDLE,
        WAITING
    }

    /**
     * A client that is logged in.
     *
     * @param link the server connection that it has, empty for none
     * @param connectedNanos how long ago it logged in
     * @param requestNanos how long ago its last request began
     * @param waitNanos for how long it has been waiting for a server; 0 when it is not
     * @param processId what it takes for the process that serves it, and what its cancel requests name
     * @param pins why it keeps its server connection
     */
    public record Client(
            String id,
            String link,
            String database,
            String user,
            String port,
            ClientState state,
            SocketAddress remote,
            SocketAddress local,
            long connectedNanos,
            long requestNanos,
            long waitNanos,
            String applicationName,
            int processId,
            List<String> pins) {
        public Client {
            pins = List.copyOf(pins);
        }
    }

    /**
     * A connection to a server.
     *
     * @param link the client that has it, empty for none
     * @param retiring it is closed as soon as its client gives it back
     */
    public record Server(
            String id,
            String link,
            String database,
            String user,
            Backend place,
            boolean active,
            boolean retiring,
            SocketAddress remote,
            SocketAddress local,
            long connectedNanos,
            long requestNanos,
            int processId) {}

    /**
     * Connections of one role and database at one server, on one event loop.
     *
     * @param writes to a primary
     * @param waitNanos for how long the first of those who wait has been waiting
     */
    public record Pool(
            String database,
            String user,
            Backend place,
            boolean writes,
            String mode,
            int size,
            int minimum,
            int reserve,
            int clients,
            int waiting,
            int active,
            int idle,
            int opening,
            long waitNanos) {}
}
