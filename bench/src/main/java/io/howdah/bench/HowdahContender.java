package io.howdah.bench;

import io.howdah.testkit.cluster.LocalCluster;
import io.howdah.testkit.fault.Partition;
import io.howdah.testkit.fault.Processes;
import io.howdah.testkit.fault.Sandbox;
import io.howdah.testkit.scenario.Divergence;
import io.howdah.testkit.scenario.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What {@code howdah up} makes: three nodes in three cells, a gateway in each. */
final class HowdahContender implements Contender {
    private static final int DIVERGENT_ROWS = 20_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Stage stage;
    private final boolean partitions;

    private HowdahContender(Stage stage, boolean partitions) {
        this.stage = stage;
        this.partitions = partitions;
    }

    /**
     * A new cluster.
     *
     * @param pooling how its gateways share connections
     * @param partitions whether its nodes will be cut off from each other: then the kernel follows every connection, which
     *     costs some time in all of them
     */
    static HowdahContender started(String pooling, boolean partitions) throws IOException {
        if (partitions) {
            Partition.prepare();
        }
        LocalCluster cluster = LocalCluster.up();
        try {
            if (pooling.equals("session")) {
                cluster.run("down", "--yes").orThrow("down");
                Files.writeString(cluster.directory().resolve("howdah.yaml"), """
                        pooling:
                          mode: session
                          maximum: 300
                        """, StandardOpenOption.APPEND);
                cluster.upAgain();
            }
            return new HowdahContender(Stage.on(cluster), partitions);
        } catch (IOException | RuntimeException | AssertionError e) {
            cluster.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return "Howdah";
    }

    @Override
    public Duration beat() {
        return Duration.ofSeconds(1);
    }

    @Override
    public Optional<String> obstacle(Fault fault) {
        return fault.needsPartition() && !partitions
                ? Sandbox.obstacles().stream()
                        .findFirst()
                        .or(() -> Optional.of("needs bench/run, which makes a sandbox"))
                : Optional.empty();
    }

    @Override
    public void awaitHealthy() {
        stage.watch().awaitHealthy(LIMIT);
    }

    @Override
    public String leader() {
        return stage.watch().leader();
    }

    @Override
    public String writeUri(String leader) {
        for (JsonNode node : stage.cluster().status().path("nodes")) {
            if (!node.path("id").stringValue().equals(leader)) {
                return stage.cluster().dsn("rw", node.path("cell").stringValue());
            }
        }
        throw new IllegalStateException("only one node");
    }

    @Override
    public long promotions() {
        return stage.watch().term();
    }

    @Override
    public void inflict(Fault fault, String leader) {
        switch (fault) {
            case POSTMASTER_KILLED -> stage.cluster().killPostmaster(leader);
            case NODE_AND_POSTGRES_KILLED -> stage.killNode(leader);
            case NODE_AND_POSTGRES_FROZEN -> processes(leader).forEach(Processes::freezeTree);
            case UNREACHABLE -> stage.partition().isolate(leader);
            case SWITCHOVER ->
                stage.cluster().run("switchover", "--yes", "-o", "json").orThrow("switchover");
            case DIVERGED -> diverge();
        }
    }

    private void diverge() {
        try {
            Divergence.make(stage, DIVERGENT_ROWS);
        } catch (SQLException e) {
            throw new IllegalStateException("the leader could not be made to diverge", e);
        }
    }

    @Override
    public void heal(Fault fault, String leader) {
        switch (fault) {
            case NODE_AND_POSTGRES_KILLED, DIVERGED -> stage.restartMissing();
            case NODE_AND_POSTGRES_FROZEN -> processes(leader).forEach(Processes::thawTree);
            case UNREACHABLE -> stage.partition().heal();
            case POSTMASTER_KILLED, SWITCHOVER -> {}
        }
    }

    private List<Long> processes(String node) {
        return List.of(stage.agent(node), stage.postmaster(node));
    }

    @Override
    public Map<String, String> directUris() {
        return stage.cluster().directUris();
    }

    @Override
    public String account() {
        return stage.cluster().run("history", "--phases").orThrow("history").output();
    }

    @Override
    public void close() {
        stage.close();
    }
}
