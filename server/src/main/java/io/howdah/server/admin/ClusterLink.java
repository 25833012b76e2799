package io.howdah.server.admin;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresConnectionException;
import io.howdah.postgres.client.PostgresException;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfigurationFile;
import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.configuration.LinkSecrets;
import io.howdah.server.configuration.PeerEntry;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.HttpAnswer;
import io.howdah.server.http.HttpCaller;
import io.howdah.server.http.MalformedDocumentException;
import io.howdah.server.http.NodeStatusJson;
import io.howdah.server.http.UnreachableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What another cluster's own files say of how to reach it. Blocks; changes nothing. */
record ClusterLink(String name, ClusterId id, List<PeerEntry> nodes, LinkSecrets secrets) {
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final String ROLE = "howdah_gateway";

    ClusterLink {
        nodes = List.copyOf(nodes);
    }

    /**
     * @param own this cluster
     * @throws io.howdah.server.configuration.ConfigurationException when a file cannot be used
     * @throws OperationFailedException when it is this cluster itself, or has its name
     */
    static ClusterLink read(OperationRequest.ClusterAdd request, ClusterConfiguration own) {
        ClusterDirectory directory = new ClusterDirectory(Path.of(request.from()));
        ClusterConfiguration other = new ClusterConfigurationFile(directory).read();
        if (other.id().equals(own.id())) {
            throw new OperationFailedException(
                    "That is this cluster itself",
                    "%s has the id %s, as this one".formatted(directory.configuration(), own.id()),
                    "name the directory of another cluster",
                    "");
        }
        if (request.name().equals(own.name())) {
            throw new OperationFailedException(
                    "The name is taken",
                    "this cluster is called '%s' itself".formatted(own.name()),
                    "choose another name: it is only for this cluster's gateways and operators",
                    "");
        }
        Path secrets = request.secrets().isEmpty() ? directory.secrets() : Path.of(request.secrets());
        return new ClusterLink(
                request.name(),
                other.id(),
                other.nodes().stream()
                        .map(node -> new PeerEntry(node.id(), other.host(), node.apiPort()))
                        .toList(),
                LinkSecrets.read(secrets));
    }

    /** Asks a node who it is and its PostgreSQL whether a gateway may ask it. Throws {@link OperationFailedException} when not. */
    void tryOut() {
        NodeStatus status = anyNode();
        ConnectOptions options = ConnectOptions.of(
                        new io.howdah.postgres.client.Endpoint.Tcp(status.host(), status.postgresPort()),
                        ROLE,
                        "postgres",
                        new Credential.Password(secrets.gatewayPassword()))
                .withApplicationName("howdah admin")
                .withTimeouts(LIMIT, LIMIT);
        try (PostgresClient client = PostgresClient.connect(options)) {
            client.query("select howdah.role_verifier($1)", List.of(Optional.of("postgres")));
        } catch (PostgresException | PostgresConnectionException e) {
            throw new OperationFailedException(
                    "The gateways could not use cluster " + name,
                    "PostgreSQL of %s: %s".formatted(status.node(), e.getMessage()),
                    "the file of secrets must hold the gateway_password of that cluster as it is now",
                    "");
        }
    }

    /** One whose PostgreSQL runs. */
    private NodeStatus anyNode() {
        HttpCaller http = new HttpCaller(LIMIT);
        List<String> problems = new ArrayList<>();
        for (PeerEntry node : nodes) {
            try {
                HttpAnswer answer =
                        http.get(new Endpoint(node.host(), node.apiPort(), secrets.peerSecret()), "/v1/status", LIMIT);
                if (!answer.successful()) {
                    problems.add("%s refuses the peer_secret (HTTP status %d)".formatted(node.node(), answer.status()));
                    continue;
                }
                NodeStatus status = NodeStatusJson.read(answer.body());
                if (!status.cluster().equals(id)) {
                    problems.add("%s is of the cluster %s".formatted(node.node(), status.cluster()));
                } else if (status.postgresProcessId() == 0) {
                    problems.add("%s runs no PostgreSQL".formatted(node.node()));
                } else {
                    return status;
                }
            } catch (UnreachableException | MalformedDocumentException e) {
                problems.add("%s: %s".formatted(node.node(), e.getMessage()));
            }
        }
        throw new OperationFailedException(
                "Cluster %s cannot be asked".formatted(name),
                String.join("; ", problems),
                "start it ('howdah up' with its directory), and name the file with its secrets as they are now",
                "");
    }
}
