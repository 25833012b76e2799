package io.howdah.cli.command;

import io.howdah.cli.local.ClusterConfiguration;
import io.howdah.cli.local.ClusterConfiguration.Gateway;
import io.howdah.cli.local.ClusterConfiguration.Node;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Nearest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Where to connect, from the configuration alone: it needs no process of the cluster. */
final class Endpoints {
    static final String USER = "postgres";
    static final String DATABASE = "postgres";

    private final ClusterConfiguration configuration;

    Endpoints(ClusterConfiguration configuration) {
        this.configuration = configuration;
    }

    /** What a connection is for; the gateway has a port for each. */
    enum Purpose {
        AUTO,
        RW,
        RO
    }

    /** An address of PostgreSQL's protocol. */
    record Endpoint(String host, int port) {
        String uri(Optional<String> password) {
            String secret = password.map(text -> ":" + URLEncoder.encode(text, StandardCharsets.UTF_8))
                    .orElse("")
                    .replace("+", "%20");
            return "postgresql://%s%s@%s:%d/%s".formatted(USER, secret, host, port, DATABASE);
        }
    }

    Endpoint gateway(Purpose purpose, Optional<String> cell) {
        Gateway gateway = configuration.gateways().stream()
                .filter(candidate -> cell.isEmpty() || cell.get().equals(candidate.cell()))
                .findFirst()
                .orElseThrow(() -> missing(
                        "gateway in cell",
                        cell.orElse("any"),
                        configuration.gateways().stream()
                                .map(Gateway::cell)
                                .distinct()
                                .toList()));
        int port = switch (purpose) {
            case AUTO -> gateway.auto();
            case RW -> gateway.readWrite();
            case RO -> gateway.readOnly();
        };
        return new Endpoint(gateway.host(), port);
    }

    Endpoint node(String id) {
        Node node = configuration.nodes().stream()
                .filter(candidate -> candidate.id().equals(id))
                .findFirst()
                .orElseThrow(() -> missing(
                        "node", id, configuration.nodes().stream().map(Node::id).toList()));
        return new Endpoint(node.host(), node.postgresPort());
    }

    static CliException missing(String kind, String name, List<String> known) {
        String suggestion = Nearest.to(name, known)
                .map(nearest -> "; did you mean '%s'?".formatted(nearest))
                .orElse("");
        return new CliException(
                ExitCode.NOT_FOUND,
                "there is no %s '%s'".formatted(kind, name),
                "there are: " + String.join(", ", known) + suggestion);
    }
}
