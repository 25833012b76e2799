package io.howdah.bench;

import io.howdah.testkit.cluster.LocalCluster;
import io.howdah.testkit.fault.Processes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What {@code howdah up} makes: three nodes in three cells, a gateway in each. */
final class HowdahContender implements Contender {
    private final LocalCluster cluster = LocalCluster.up();

    @Override
    public String name() {
        return "Howdah";
    }

    @Override
    public Duration beat() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void awaitHealthy() {
        cluster.awaitHealthy();
    }

    @Override
    public String leader() {
        return cluster.leader().orElseThrow();
    }

    @Override
    public String writeUri(String leader) {
        for (JsonNode node : cluster.status().path("nodes")) {
            if (!node.path("id").stringValue().equals(leader)) {
                return cluster.dsn("rw", node.path("cell").stringValue());
            }
        }
        throw new IllegalStateException("only one node");
    }

    @Override
    public long promotions() {
        return cluster.status().path("term").longValue();
    }

    @Override
    public void inflict(Fault fault, String leader) {
        switch (fault) {
            case POSTMASTER_KILLED -> cluster.killPostmaster(leader);
            case NODE_AND_POSTGRES_KILLED -> cluster.killNodeAndPostgres(leader);
            case NODE_AND_POSTGRES_FROZEN -> processes(leader).forEach(Processes::freezeTree);
            case SWITCHOVER -> cluster.run("switchover", "--yes", "-o", "json").orThrow("switchover");
        }
    }

    @Override
    public void heal(Fault fault, String leader) {
        switch (fault) {
            case NODE_AND_POSTGRES_KILLED -> cluster.upAgain();
            case NODE_AND_POSTGRES_FROZEN -> processes(leader).forEach(Processes::thawTree);
            case POSTMASTER_KILLED, SWITCHOVER -> {}
        }
    }

    private List<Long> processes(String node) {
        JsonNode status = cluster.node(node);
        return List.of(
                status.path("pid").longValue(), status.path("postgres_pid").longValue());
    }

    @Override
    public Map<String, String> directUris() {
        return cluster.directUris();
    }

    @Override
    public void close() {
        cluster.close();
    }
}
