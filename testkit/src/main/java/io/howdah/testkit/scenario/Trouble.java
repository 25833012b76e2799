package io.howdah.testkit.scenario;

import io.howdah.testkit.cluster.Sql;
import io.howdah.testkit.fault.Processes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What the soak does to a cluster. Each ends with everything mended that does not mend itself. */
enum Trouble {
    LEADER_POSTMASTER_KILLED,
    LEADER_NODE_KILLED,
    LEADER_PROCESS_KILLED,
    LEADER_FROZEN,
    LEADER_POSTGRES_FROZEN,
    LEADER_ISOLATED,
    LEADER_POSTGRES_STOPPED_BY_HAND,
    LEADER_TERMINATED,
    STANDBY_POSTMASTER_KILLED,
    STANDBY_NODE_KILLED,
    STANDBY_FROZEN,
    STANDBY_ISOLATED,
    ALL_ISOLATED,
    SWITCHOVER,
    BACKENDS_TERMINATED,
    BACKENDS_CANCELED,
    ADMIN_KILLED;

    /** Inflicts it for a random time and takes it back; a recovery of the writers is not awaited. */
    void inflict(Stage stage, RandomGenerator random) throws SQLException, InterruptedException {
        String leader = stage.watch().leader();
        List<String> standbys = stage.watch().standbys();
        String standby = standbys.get(random.nextInt(standbys.size()));
        long millis = 500L + random.nextInt(8_000);
        switch (this) {
            case LEADER_POSTMASTER_KILLED -> Processes.kill(stage.postmaster(leader));
            case STANDBY_POSTMASTER_KILLED -> Processes.kill(stage.postmaster(standby));
            case LEADER_NODE_KILLED -> killed(stage, leader, random.nextInt(4_000));
            case STANDBY_NODE_KILLED -> killed(stage, standby, random.nextInt(4_000));
            case LEADER_PROCESS_KILLED -> {
                Processes.kill(stage.agent(leader));
                stage.watch().await("it has gone", watch -> !watch.speaks(leader));
                stage.startAgent(leader);
            }
            case LEADER_FROZEN -> frozen(stage, leader, Optional.of(stage.agent(leader)), millis);
            case LEADER_POSTGRES_FROZEN -> frozen(stage, leader, Optional.empty(), millis);
            case STANDBY_FROZEN -> frozen(stage, standby, Optional.of(stage.agent(standby)), millis);
            case LEADER_ISOLATED -> isolated(stage, List.of(leader), millis);
            case STANDBY_ISOLATED -> isolated(stage, List.of(standby), millis);
            case ALL_ISOLATED -> isolated(stage, standbys, millis);
            // A smart shutdown: it waits for clients and takes no new ones.
            case LEADER_POSTGRES_STOPPED_BY_HAND -> Processes.terminate(stage.postmaster(leader));
            case LEADER_TERMINATED -> {
                Processes.terminate(stage.agent(leader));
                stage.watch().await("it has gone", Duration.ofSeconds(30), watch -> !watch.speaks(leader));
                stage.startAgent(leader);
            }
            case SWITCHOVER ->
                stage.cluster().run("switchover", "--to", standby, "--yes").orThrow("switchover");
            case BACKENDS_TERMINATED -> signalBackends(stage, "pg_terminate_backend");
            case BACKENDS_CANCELED -> {
                for (int i = 0; i < 20; i++) {
                    signalBackends(stage, "pg_cancel_backend");
                }
            }
            case ADMIN_KILLED -> {
                Processes.kill(
                        stage.cluster().status().path("admin").path("pid").longValue());
                Processes.kill(stage.postmaster(leader));
                stage.restartMissing();
            }
        }
    }

    private static void killed(Stage stage, String node, long awayMillis) throws InterruptedException {
        stage.killNode(node);
        stage.watch().await("it has gone", watch -> !watch.speaks(node));
        Thread.sleep(awayMillis);
        stage.startAgent(node);
    }

    private static void frozen(Stage stage, String node, Optional<Long> agent, long millis)
            throws InterruptedException {
        long postmaster = stage.postmaster(node);
        agent.ifPresent(Processes::freeze);
        Processes.freezeTree(postmaster);
        Thread.sleep(millis);
        Processes.thawTree(postmaster);
        agent.ifPresent(Processes::thaw);
    }

    private static void isolated(Stage stage, List<String> nodes, long millis) throws InterruptedException {
        nodes.forEach(stage.partition()::isolate);
        Thread.sleep(millis);
        stage.partition().heal();
    }

    private static void signalBackends(Stage stage, String function) throws SQLException {
        for (String node : stage.watch().nodes()) {
            Sql.column(
                    stage.direct(node),
                    "select " + function + "(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                            + " and backend_type in ('client backend', 'walsender')");
        }
    }
}
