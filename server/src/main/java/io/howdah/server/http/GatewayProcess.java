package io.howdah.server.http;

import io.howdah.gateway.console.OperatorState;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one process of a gateway says of itself on its HTTP port, to admin and to the process that takes its place.
 *
 * @param gateway its name
 * @param httpPort where it can be asked
 * @param connections clients, logged in or about to be
 * @param listening whether it still accepts clients
 * @param retiring whether another process has taken its place
 * @param predecessors those whose place it has taken and that have not ended
 * @param operator what is paused or disabled
 * @param balance settings of the balance between replicas that an operator may have changed, by their names in the console
 * @param problem why the newest configuration is not in force; empty when it is
 */
public record GatewayProcess(
        String gateway,
        long pid,
        int httpPort,
        int connections,
        boolean listening,
        boolean retiring,
        List<Predecessor> predecessors,
        OperatorState operator,
        Map<String, Double> balance,
        String problem) {
    public GatewayProcess {
        predecessors = List.copyOf(predecessors);
        balance = Map.copyOf(balance);
    }

    /** A process that was replaced, as its successor last heard of it. */
    public record Predecessor(long pid, int httpPort, int connections, boolean listening) {}

    public String toJson() {
        ObjectNode document = JsonMapper.shared().createObjectNode();
        document.put("gateway", gateway)
                .put("pid", pid)
                .put("http_port", httpPort)
                .put("connections", connections)
                .put("listening", listening)
                .put("retiring", retiring)
                .put("problem", problem);
        ArrayNode before = document.putArray("predecessors");
        predecessors.forEach(one -> before.addObject()
                .put("pid", one.pid)
                .put("http_port", one.httpPort)
                .put("connections", one.connections)
                .put("listening", one.listening));
        ObjectNode switches = document.putObject("operator").put("all_paused", operator.allPaused());
        operator.paused().forEach(switches.putArray("paused")::add);
        operator.disabled().forEach(switches.putArray("disabled")::add);
        ObjectNode shares = document.putObject("balance");
        balance.forEach(shares::put);
        return JsonMapper.shared().writeValueAsString(document);
    }

    /** @throws MalformedDocumentException when it is something else */
    public static GatewayProcess parse(String json) {
        try {
            JsonNode document = JsonMapper.shared().readTree(json);
            List<Predecessor> before = new ArrayList<>();
            document.path("predecessors")
                    .forEach(one -> before.add(new Predecessor(
                            one.path("pid").asLong(),
                            one.path("http_port").asInt(),
                            one.path("connections").asInt(),
                            one.path("listening").asBoolean())));
            JsonNode switches = document.path("operator");
            Map<String, Double> balance = new TreeMap<>();
            document.path("balance")
                    .properties()
                    .forEach(entry ->
                            balance.put(entry.getKey(), entry.getValue().asDouble()));
            return new GatewayProcess(
                    document.path("gateway").stringValue(),
                    document.path("pid").asLong(),
                    document.path("http_port").asInt(),
                    document.path("connections").asInt(),
                    document.path("listening").asBoolean(),
                    document.path("retiring").asBoolean(),
                    before,
                    new OperatorState(
                            switches.path("all_paused").asBoolean(),
                            texts(switches.path("paused")),
                            texts(switches.path("disabled"))),
                    balance,
                    document.path("problem").stringValue(""));
        } catch (JacksonException e) {
            throw new MalformedDocumentException("this is not what a gateway says of itself: " + e.getMessage(), e);
        }
    }

    private static Set<String> texts(JsonNode list) {
        Set<String> texts = new LinkedHashSet<>();
        list.forEach(item -> texts.add(item.asString()));
        return texts;
    }
}
