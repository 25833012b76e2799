package io.howdah.server.admin;

import io.howdah.server.http.MalformedDocumentException;
import io.howdah.server.provision.ClusterRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the body of {@code POST /api/v1/operations} asks for. */
sealed interface OperationRequest {
    record Up(ClusterRequest cluster) implements OperationRequest {}

    record Down() implements OperationRequest {}

    /** @param target the node to lead; empty to let the leader choose */
    record Switchover(String target) implements OperationRequest {}

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
                requireOnly(body, "kind", "nodes", "cells", "postgres_binaries");
                yield new Up(new ClusterRequest(
                        integer(body, "nodes"), texts(body, "cells"), text(body, "postgres_binaries")));
            }
            case DOWN -> {
                requireOnly(body, "kind");
                yield new Down();
            }
            case SWITCHOVER -> {
                requireOnly(body, "kind", "target");
                yield new Switchover(text(body, "target").orElse(""));
            }
        };
    }

    private static Optional<String> text(ObjectNode body, String key) {
        JsonNode value = body.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new MalformedDocumentException(key + " should be text");
        }
        return Optional.of(value.stringValue()).filter(text -> !text.isEmpty());
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

    private static void requireOnly(ObjectNode body, String... permitted) {
        Set<String> unknown = new TreeSet<>(body.propertyNames());
        unknown.removeAll(List.of(permitted));
        if (!unknown.isEmpty()) {
            throw new MalformedDocumentException("%s is not known here; permitted are %s"
                    .formatted(String.join(", ", unknown), String.join(", ", permitted)));
        }
    }
}
