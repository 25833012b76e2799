package io.howdah.server.admin;

import io.howdah.server.configuration.RemotePrimary;
import io.howdah.server.http.MalformedDocumentException;
import io.howdah.server.provision.ClusterRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the body of {@code POST /api/v1/operations} asks for. */
sealed interface OperationRequest {
    record Up(ClusterRequest cluster) implements OperationRequest {}

    /**
     * @param acceptDataLoss whether to go on although the remote primary still takes writes, which then nobody has here
     */
    record Promote(boolean acceptDataLoss) implements OperationRequest {}

    /** Makes this cluster follow another one, which must be a copy of it that has received everything. */
    record Demote(RemotePrimary remote) implements OperationRequest {}

    record Down() implements OperationRequest {}

    /**
     * @param target the node to lead; empty to let the leader choose
     * @param dryRun whether it is only asked how that would go
     */
    record Switchover(String target, boolean dryRun) implements OperationRequest {}

    /** @param id empty for the next free name; {@code cell} empty for a fitting one */
    record NodeAdd(String id, String cell, String tags) implements OperationRequest {}

    /**
     * @param superuser to ask the instance as
     * @param passFile for that role; empty when it lets its owner in
     * @param nodes how many there shall be; absent for 3 in a new cluster, and for one more in a cluster that is there
     */
    record NodeAdopt(
            String data, String superuser, String passFile, OptionalInt nodes, List<String> cells, boolean dryRun)
            implements OperationRequest {}

    record NodeRemove(String node, boolean keepData) implements OperationRequest {}

    /** @param node empty for all of them, one after the other */
    record NodeRestart(String node) implements OperationRequest {}

    /**
     * @param from the node to copy from; empty for the usual choice
     * @param backup the directory of a base backup on the node's host to copy instead; empty for a node
     */
    record NodeRebuild(String node, String from, String backup, boolean discard) implements OperationRequest {}

    /** @param tags what to change, by the name of the tag; an empty value takes it away */
    record NodeTag(String node, SortedMap<String, String> tags) implements OperationRequest {}

    /**
     * @param gateway empty for all of them, one after the other
     * @param drainSeconds how long clients of the old process may go on; negative for the usual time
     */
    record GatewayRestart(String gateway, int drainSeconds) implements OperationRequest {}

    /** @param gateway empty for all of them */
    record GatewayReload(String gateway) implements OperationRequest {}

    record Failover(String target, boolean acceptDataLoss, boolean dryRun) implements OperationRequest {}

    /** @param confirm the cluster's name, typed by the operator */
    record RecoverQuorum(String target, String confirm, boolean dryRun) implements OperationRequest {}

    /** @param seconds after which a pause ends by itself; 0 for never */
    record Pausing(boolean on, long seconds, String reason) implements OperationRequest {}

    /**
     * @param set the new values by parameter
     * @param unset what is to have its former value
     */
    record Config(SortedMap<String, String> set, List<String> unset) implements OperationRequest {}

    /**
     * @param name by which this cluster will know it
     * @param from the directory with that cluster's {@code howdah.yaml}
     * @param secrets a file as {@link io.howdah.server.configuration.LinkSecrets} reads it; empty for that cluster's own
     */
    record ClusterAdd(String name, String from, String secrets) implements OperationRequest {}

    record ClusterRemove(String name) implements OperationRequest {}

    /** @param nameThere what the database is called in that cluster */
    record DatabaseRoute(String database, String cluster, String nameThere) implements OperationRequest {}

    record DatabaseUnroute(String database) implements OperationRequest {}

    /** @throws MalformedDocumentException naming what is wrong */
    static OperationRequest parse(ObjectNode body) {
        String word = text(body, "kind").orElse("");
        OperationKind kind = OperationKind.of(word)
                .orElseThrow(() -> new MalformedDocumentException("kind should be one of %s, not '%s'"
                        .formatted(
                                Arrays.stream(OperationKind.values())
                                        .map(OperationKind::word)
                                        .collect(Collectors.joining(", ")),
                                word)));
        return switch (kind) {
            case UP -> {
                requireOnly(body, "kind", "nodes", "cells", "postgres_binaries", "standby_of", "secrets_from");
                yield new Up(new ClusterRequest(
                        integer(body, "nodes"),
                        texts(body, "cells"),
                        text(body, "postgres_binaries"),
                        text(body, "standby_of").map(OperationRequest::remote),
                        text(body, "secrets_from")));
            }
            case PROMOTE_CLUSTER -> {
                requireOnly(body, "kind", "accept_data_loss");
                yield new Promote(flag(body, "accept_data_loss"));
            }
            case DEMOTE_CLUSTER -> {
                requireOnly(body, "kind", "standby_of");
                yield new Demote(remote(required(body, "standby_of")));
            }
            case DOWN -> {
                requireOnly(body, "kind");
                yield new Down();
            }
            case SWITCHOVER -> {
                requireOnly(body, "kind", "target", "dry_run");
                yield new Switchover(text(body, "target").orElse(""), flag(body, "dry_run"));
            }
            case NODE_ADD -> {
                requireOnly(body, "kind", "id", "cell", "tags");
                yield new NodeAdd(
                        text(body, "id").orElse(""),
                        text(body, "cell").orElse(""),
                        text(body, "tags").orElse(""));
            }
            case NODE_ADOPT -> {
                requireOnly(body, "kind", "data", "superuser", "passfile", "nodes", "cells", "dry_run");
                yield new NodeAdopt(
                        required(body, "data"),
                        text(body, "superuser").orElse("postgres"),
                        text(body, "passfile").orElse(""),
                        integer(body, "nodes"),
                        texts(body, "cells"),
                        flag(body, "dry_run"));
            }
            case NODE_REMOVE -> {
                requireOnly(body, "kind", "node", "keep_data");
                yield new NodeRemove(required(body, "node"), flag(body, "keep_data"));
            }
            case NODE_RESTART -> {
                requireOnly(body, "kind", "node");
                yield new NodeRestart(text(body, "node").orElse(""));
            }
            case NODE_REBUILD -> {
                requireOnly(body, "kind", "node", "from", "backup", "discard");
                yield nodeRebuild(body);
            }
            case NODE_TAG -> {
                requireOnly(body, "kind", "node", "tags");
                yield new NodeTag(required(body, "node"), pairs(body, "tags"));
            }
            case GATEWAY_RESTART -> {
                requireOnly(body, "kind", "gateway", "drain_seconds");
                yield new GatewayRestart(
                        text(body, "gateway").orElse(""),
                        integer(body, "drain_seconds").orElse(-1));
            }
            case GATEWAY_RELOAD -> {
                requireOnly(body, "kind", "gateway");
                yield new GatewayReload(text(body, "gateway").orElse(""));
            }
            case FAILOVER -> {
                requireOnly(body, "kind", "target", "accept_data_loss", "dry_run");
                yield new Failover(required(body, "target"), flag(body, "accept_data_loss"), flag(body, "dry_run"));
            }
            case PAUSE -> {
                requireOnly(body, "kind", "seconds", "reason");
                int seconds = integer(body, "seconds").orElse(0);
                if (seconds < 0) {
                    throw new MalformedDocumentException("seconds should not be negative");
                }
                yield new Pausing(true, seconds, text(body, "reason").orElse(""));
            }
            case RESUME -> {
                requireOnly(body, "kind", "reason");
                yield new Pausing(false, 0, text(body, "reason").orElse(""));
            }
            case CONFIG -> {
                requireOnly(body, "kind", "set", "unset");
                yield config(body);
            }
            case CLUSTER_ADD -> {
                requireOnly(body, "kind", "name", "from", "secrets");
                yield new ClusterAdd(
                        clusterName(body),
                        path(required(body, "from"), "from"),
                        text(body, "secrets").map(file -> path(file, "secrets")).orElse(""));
            }
            case CLUSTER_REMOVE -> {
                requireOnly(body, "kind", "name");
                yield new ClusterRemove(clusterName(body));
            }
            case DATABASE_ROUTE -> {
                requireOnly(body, "kind", "database", "cluster", "name_there");
                String database = databaseName(body);
                yield new DatabaseRoute(
                        database, required(body, "cluster"), nameThere(body).orElse(database));
            }
            case DATABASE_UNROUTE -> {
                requireOnly(body, "kind", "database");
                yield new DatabaseUnroute(databaseName(body));
            }
            case RECOVER_QUORUM -> {
                requireOnly(body, "kind", "target", "confirm", "dry_run");
                yield new RecoverQuorum(
                        text(body, "target").orElse(""), text(body, "confirm").orElse(""), flag(body, "dry_run"));
            }
        };
    }

    private static String clusterName(ObjectNode body) {
        String name = required(body, "name");
        if (!name.matches("[a-z][a-z0-9_-]{0,31}")) {
            throw new MalformedDocumentException(
                    "the name '%s' is not permitted: use 1 to 32 of a-z, 0-9, '-' and '_', a letter first"
                            .formatted(name));
        }
        return name;
    }

    /** The names of PostgreSQL's databases may be anything; those that can be routed are as in the topology's keys. */
    private static String databaseName(ObjectNode body) {
        String name = required(body, "database");
        if (!name.matches("[A-Za-z0-9_.-]{1,63}")) {
            throw new MalformedDocumentException(
                    "a database called '%s' cannot be routed: use letters, digits, '_', '.' and '-'".formatted(name));
        }
        if (Set.of("postgres", "howdah", "pgbouncer").contains(name)) {
            throw new MalformedDocumentException(
                    name.equals("postgres")
                            ? "the database postgres cannot be routed: each cluster keeps its own bookkeeping there"
                            : "the database %s is the gateway's console".formatted(name));
        }
        return name;
    }

    /** As PostgreSQL would take it: at most 63 bytes, and nothing that a start-up packet could not hold. */
    private static Optional<String> nameThere(ObjectNode body) {
        Optional<String> name = text(body, "name_there");
        if (name.filter(given -> given.getBytes(StandardCharsets.UTF_8).length > 63
                        || given.chars().anyMatch(Character::isISOControl))
                .isPresent()) {
            throw new MalformedDocumentException("name_there is not the name of a database");
        }
        return name;
    }

    private static String path(String text, String key) {
        if (!text.startsWith("/")) {
            throw new MalformedDocumentException(key + " should be an absolute path");
        }
        return text;
    }

    private static NodeRebuild nodeRebuild(ObjectNode body) {
        String from = text(body, "from").orElse("");
        String backup = text(body, "backup").orElse("");
        if (!backup.isEmpty() && !(from.isEmpty() && backup.startsWith("/"))) {
            throw new MalformedDocumentException("backup should be an absolute path, and from be left out");
        }
        return new NodeRebuild(required(body, "node"), from, backup, flag(body, "discard"));
    }

    private static Config config(ObjectNode body) {
        SortedMap<String, String> set = body.has("set") ? pairs(body, "set") : new TreeMap<>();
        List<String> unset = texts(body, "unset");
        if (set.isEmpty() && unset.isEmpty()) {
            throw new MalformedDocumentException("set or unset should name a parameter");
        }
        Stream.concat(set.keySet().stream(), unset.stream())
                .filter(name -> !name.matches("[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)?"))
                .findFirst()
                .ifPresent(name -> {
                    throw new MalformedDocumentException("'%s' is not the name of a parameter".formatted(name));
                });
        set.forEach((name, value) -> {
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw new MalformedDocumentException("the value of %s holds a control character".formatted(name));
            }
        });
        return new Config(set, unset);
    }

    private static RemotePrimary remote(String text) {
        try {
            return RemotePrimary.parse(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedDocumentException("standby_of: " + e.getMessage());
        }
    }

    static Optional<String> text(ObjectNode body, String key) {
        JsonNode value = body.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new MalformedDocumentException(key + " should be text");
        }
        return Optional.of(value.stringValue()).filter(text -> !text.isEmpty());
    }

    private static String required(ObjectNode body, String key) {
        return text(body, key).orElseThrow(() -> new MalformedDocumentException(key + " is missing"));
    }

    private static boolean flag(ObjectNode body, String key) {
        JsonNode value = body.path(key);
        if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
            throw new MalformedDocumentException(key + " should be true or false");
        }
        return value.asBoolean(false);
    }

    private static SortedMap<String, String> pairs(ObjectNode body, String key) {
        if (!(body.get(key) instanceof ObjectNode object)) {
            throw new MalformedDocumentException(key + " should be an object of texts");
        }
        TreeMap<String, String> pairs = new TreeMap<>();
        for (String name : object.propertyNames()) {
            pairs.put(name, text(object, name).orElse(""));
        }
        return pairs;
    }

    private static OptionalInt integer(ObjectNode body, String key) {
        JsonNode value = body.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return OptionalInt.empty();
        }
        if (!value.isInt()) {
            throw new MalformedDocumentException(key + " should be a whole number");
        }
        return OptionalInt.of(value.intValue());
    }

    private static List<String> texts(ObjectNode body, String key) {
        JsonNode value = body.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return List.of();
        }
        if (!value.isArray()) {
            throw new MalformedDocumentException(key + " should be a list of texts");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode item : value) {
            if (!item.isString()) {
                throw new MalformedDocumentException(key + " should be a list of texts");
            }
            texts.add(item.stringValue());
        }
        return texts;
    }

    static void requireOnly(ObjectNode body, String... permitted) {
        Set<String> unknown = new TreeSet<>(body.propertyNames());
        unknown.removeAll(List.of(permitted));
        if (!unknown.isEmpty()) {
            throw new MalformedDocumentException("%s is not known here; permitted are %s"
                    .formatted(String.join(", ", unknown), String.join(", ", permitted)));
        }
    }
}
