package io.howdah.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.kernel.model.NodeState;
import io.howdah.server.http.HttpAnswer;
import io.howdah.server.provision.LocalProvisioner.Machine;
import io.howdah.server.provision.PortTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What admin does: up, down, switchover, and what it remembers of them. */
final class AdminOperationsTest extends ThreeConfiguredNodes {
    private static final String UP = "{\"kind\":\"up\",\"nodes\":3,\"cells\":null,\"postgres_binaries\":null}";

    @Test
    void upStartsProcessesAndEndsWhenAllIsReadyThenDownStopsThem() throws Exception {
        healthyNodes();
        AdminProcess admin = fixture.admin();
        ObjectNode up = fixture.run(admin, UP);
        assertThat(up.path("state").asString("")).as(up.toString()).isEqualTo("succeeded");
        assertThat(up.path("error").isNull()).isTrue();
        assertThat(up.path("result").path("leader").asString("")).isEqualTo("node1");
        assertThat(up.path("result").path("problems")).isEmpty();
        assertThat(up.path("result").path("gateways").path(0).path("pid").asLong(0))
                .isPositive();
        assertThat(AdminFixture.messages(up))
                .anyMatch(message -> message.matches("node1: starts as process [0-9]+"))
                .contains("node1: serving", "node2: streaming")
                .anyMatch(message -> message.startsWith("gateway1: took a write after"));
        assertThat(fixture.directory.topology()).exists();

        ObjectNode again = fixture.run(admin, UP);
        assertThat(again.path("state").asString("")).isEqualTo("succeeded");
        assertThat(AdminFixture.messages(again)).contains("cluster: every process runs already");

        ObjectNode down = fixture.run(admin, "{\"kind\":\"down\"}");
        assertThat(down.path("state").asString("")).isEqualTo("succeeded");
        assertThat(down.path("result").path("stopped")).hasSize(4);
        assertThat(AdminFixture.messages(down)).last().isEqualTo("node1: stops last, since it leads");
        // A child that the script had just forked bears its name for a moment longer.
        await().untilAsserted(() -> assertThat(fixture.machine().processes().all())
                .noneMatch(process -> process.commandLine()
                        .contains(
                                fixture.directory.processConfiguration("node1").toString())));
    }

    @Test
    void downWithoutAnythingRunningIsNoFailure() throws Exception {
        ObjectNode down = fixture.run(fixture.admin(), "{\"kind\":\"down\"}");
        assertThat(down.path("state").asString("")).isEqualTo("succeeded");
        assertThat(AdminFixture.messages(down)).contains("cluster: no process of this cluster runs");
    }

    @Test
    void aProcessThatEndsFailsUpWithTheEndOfItsLog() throws Exception {
        fixture.script = "echo 'cannot start: the disk is full'; exit 1";
        ObjectNode up = fixture.run(fixture.admin(), UP);
        assertThat(up.path("state").asString("")).isEqualTo("failed");
        // All end alike here; which is seen first is for the machine to decide.
        assertThat(up.path("error").path("title").asString("")).matches("(node|gateway)\\d ended( at once)?");
        assertThat(up.path("error").path("log_tail").toString()).contains("the disk is full");
    }

    @Test
    void aNodeThatNeedsAPersonFailsUpAtOnce() throws Exception {
        fixture.node(cluster, 1).is(NodeState.FAILED);
        ObjectNode up = fixture.run(fixture.admin(), UP);
        assertThat(up.path("state").asString("")).isEqualTo("failed");
        assertThat(up.path("error").path("title").asString("")).isEqualTo("node1 needs help");
    }

    @Test
    void upSaysWhatItWaitsForAndGivesUpWhenNothingMoves() throws Exception {
        fixture.node(cluster, 1).leads(1);
        fixture.node(cluster, 2).follows("node1", 1);
        fixture.node(cluster, 3).is(NodeState.WAITING);
        fixture.writes = (host, port, password, patience) -> {
            throw new WriteCheck.WriteFailedException("no leader", new IllegalStateException());
        };
        ObjectNode up = fixture.run(fixture.admin(), UP);
        assertThat(up.path("state").asString("")).isEqualTo("failed");
        assertThat(AdminFixture.messages(up))
                .contains("cluster: waits for node3 (it is waiting), writes through gateway1");
        assertThat(up.path("error").path("title").asString("")).isEqualTo("The cluster does not get ready");
        assertThat(up.path("error").path("detail").asString("")).contains("node3 (it is waiting)", "(no leader)");
        assertThat(up.path("error").path("log_tail").toString()).contains("started");
    }

    @Test
    void oneOperationRunsAtATimeAndWhoAsksForTheSameAgainGetsIt() throws Exception {
        healthyNodes();
        CountDownLatch written = new CountDownLatch(1);
        blockWritesUntil(written);
        AdminProcess admin = fixture.admin();
        HttpAnswer first = fixture.post(admin, UP);
        assertThat(first.status()).isEqualTo(202);
        String id = Json.readObject(first.body()).path("id").asString("");
        HttpAnswer again = fixture.post(admin, UP);
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.body()).contains(id);
        HttpAnswer other = fixture.post(admin, "{\"kind\":\"switchover\"}");
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.body()).contains("operation_running", id, "\"retryable\":true");
        written.countDown();
        assertThat(fixture.await(admin, id).path("state").asString("")).isEqualTo("succeeded");
    }

    @Test
    void downEndsAnUpThatIsNotThrough() throws Exception {
        healthyNodes();
        blockWritesUntil(new CountDownLatch(1));
        AdminProcess admin = fixture.admin();
        String up = Json.readObject(fixture.post(admin, UP).body()).path("id").asString("");
        HttpAnswer down = fixture.post(admin, "{\"kind\":\"down\"}");
        assertThat(down.status()).isEqualTo(202);
        ObjectNode ended = fixture.await(admin, up);
        assertThat(ended.path("state").asString("")).isEqualTo("failed");
        assertThat(ended.path("error").path("detail").asString("")).contains("'down' was asked for meanwhile");
        String id = Json.readObject(down.body()).path("id").asString("");
        assertThat(fixture.await(admin, id).path("state").asString("")).isEqualTo("succeeded");
    }

    private void blockWritesUntil(CountDownLatch written) {
        fixture.writes = (host, port, password, patience) -> {
            try {
                written.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new WriteCheck.WriteFailedException("interrupted", e);
            }
        };
    }

    @Test
    void aSwitchoverIsForwardedAndProvedWithAWrite() throws Exception {
        FakeNode second = fixture.node(cluster, 2).follows("node1", 7);
        fixture.node(cluster, 3).follows("node1", 7);
        FakeNode first = fixture.node(cluster, 1).leads(7);
        first.answersSwitchover(
                "200 OK", "{\"from\":\"node1\",\"to\":\"node2\",\"term\":8,\"outage_ms\":120}", () -> second.leads(8));
        ObjectNode done = fixture.run(fixture.admin(), "{\"kind\":\"switchover\",\"target\":\"node2\"}");
        assertThat(done.path("result").toString())
                .isEqualTo("{\"from\":\"node1\",\"to\":\"node2\",\"term\":8,\"outage_ms\":120}");
        assertThat(AdminFixture.messages(done))
                .containsExactly(
                        "node1: is asked to hand over to node2", "node2: leads and has taken a write through gateway1");
    }

    @Test
    void aRefusedSwitchoverSaysWhatTheLeaderSaid() throws Exception {
        fixture.node(cluster, 1)
                .leads(7)
                .answersSwitchover(
                        "503 Service Unavailable",
                        "{\"title\":\"No standby is ready\",\"detail\":\"node2 lags 4 GB\",\"hint\":\"wait\"}",
                        () -> {});
        ObjectNode failed = fixture.run(fixture.admin(), "{\"kind\":\"switchover\",\"target\":null}");
        assertThat(failed.path("error").path("title").asString("")).isEqualTo("No standby is ready");
        assertThat(failed.path("error").path("detail").asString("")).isEqualTo("node2 lags 4 GB");
    }

    @Test
    void aDryRunTellsTheLeadersJudgmentWithAnEstimate() throws Exception {
        fixture.node(cluster, 1).leads(7).answersSwitchover("200 OK", """
                        {"from":"node1","to":"node2","obstacle":"","candidates":[
                        {"node":"node2","may_lead":true,"unflushed_bytes":0,"unreplayed_bytes":6553600,"objections":[]},
                        {"node":"node3","may_lead":false,"unflushed_bytes":0,"unreplayed_bytes":0,"objections":[
                        {"reason":"replay_paused","words":"has its replay paused"}]}]}""", () -> {});
        AdminProcess admin = fixture.admin();
        JsonNode forecast =
                fixture.run(admin, "{\"kind\":\"switchover\",\"dry_run\":true}").path("result");
        assertThat(forecast.path("possible").asBoolean(false)).isTrue();
        assertThat(forecast.path("estimated_outage_ms").asLong(0)).isEqualTo(600);
        assertThat(forecast.path("candidates").path(1).path("why").asString("")).isEqualTo("has its replay paused");
        JsonNode other = fixture.run(admin, "{\"kind\":\"switchover\",\"target\":\"node3\",\"dry_run\":true}")
                .path("result");
        assertThat(other.path("possible").asBoolean(true)).isFalse();
    }

    @Test
    void aLeaderThatHasChangedMeanwhileIsAskedInstead() throws Exception {
        fixture.node(cluster, 1).leads(7).answersSwitchover("409 Conflict", "{\"leader\":\"node3\"}", () -> {});
        fixture.node(cluster, 3)
                .follows("node1", 7)
                .answersSwitchover(
                        "200 OK", "{\"from\":\"node3\",\"to\":\"node2\",\"term\":9,\"outage_ms\":90}", () -> {});
        ObjectNode done = fixture.run(fixture.admin(), "{\"kind\":\"switchover\",\"target\":\"node2\"}");
        assertThat(done.path("result").path("from").asString("")).isEqualTo("node3");
    }

    @Test
    void anUnknownTargetIsRefusedAtOnce() throws Exception {
        HttpAnswer answer = fixture.post(fixture.admin(), "{\"kind\":\"switchover\",\"target\":\"node9\"}");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).contains("unknown_node", "node1, node2, node3");
    }

    @Test
    void operationsAreRememberedByTheNextAdmin() throws Exception {
        AdminProcess first = fixture.admin();
        ObjectNode down = fixture.run(first, "{\"kind\":\"down\"}");
        String token = Files.readString(fixture.directory.adminToken());
        first.close();
        assertThat(fixture.directory.adminFile()).doesNotExist();
        AdminProcess second = fixture.admin();
        String id = down.path("id").asString("");
        assertThat(Json.readObject(
                        fixture.get(second, "/api/v1/operations/" + id).body()))
                .isEqualTo(down);
        assertThat(Files.readString(fixture.directory.adminToken())).isEqualTo(token);
    }

    @Test
    void anOperationThatACrashInterruptedIsMarkedHonestly() throws Exception {
        AdminProcess first = fixture.admin();
        String id = fixture.run(first, "{\"kind\":\"down\"}").path("id").asString("");
        first.close();
        Path file = fixture.directory.operations().resolve(id + ".jsonl");
        List<String> lines = Files.readAllLines(file);
        // As if the process had died while it wrote the end.
        Files.write(file, lines.subList(0, lines.size() - 1));
        Files.writeString(file, lines.getLast().substring(0, 9) + "\n", StandardOpenOption.APPEND);
        for (int restart = 0; restart < 2; restart++) {
            try (AdminProcess next = fixture.admin()) {
                ObjectNode operation = Json.readObject(
                        fixture.get(next, "/api/v1/operations/" + id).body());
                assertThat(operation.path("state").asString("")).isEqualTo("failed");
                assertThat(operation.path("error").path("title").asString(""))
                        .isEqualTo("The operation was interrupted");
                assertThat(operation.path("events")).isNotEmpty();
            }
        }
    }

    @Test
    void aDirectoryHasOneAdmin() throws Exception {
        fixture.admin();
        assertThatThrownBy(fixture::admin)
                .isInstanceOf(AdminException.class)
                .hasMessageContaining("another admin works for");
    }

    @Test
    void theFilesOfAdminAreForItsOwnerOnly() throws Exception {
        AdminProcess admin = fixture.admin();
        for (Path file : List.of(fixture.directory.adminToken(), fixture.directory.adminFile())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(Files.readString(fixture.directory.adminFile()))
                .contains("\"url\":\"http://127.0.0.1:%d\"".formatted(admin.port()))
                .contains("\"pid\":%d".formatted(ProcessHandle.current().pid()));
    }

    @Test
    void aTakenPortIsNamedAndTheNextOneUsedAndRemembered() throws Exception {
        healthyNodes();
        int taken = cluster.adminPort();
        Machine machine = fixture.machine();
        AdminProcess admin = fixture.admin(new Machine(
                machine.processes(),
                (host, port) -> port == taken
                        ? Optional.of(new PortTable.Owner(OptionalLong.of(1), "'init' (pid 1)"))
                        : Optional.empty(),
                machine.postgres(),
                machine.launcher(),
                machine.account(),
                machine.random()));
        assertThat(admin.port()).isGreaterThan(taken);
        ObjectNode up = fixture.run(admin, UP);
        String note = "port %d is taken by 'init' (pid 1): admin uses %d".formatted(taken, admin.port());
        assertThat(AdminFixture.messages(up)).contains("admin: " + note);
        assertThat(up.path("result").path("notes").toString()).contains(note);
        assertThat(fixture.directory.configuration()).content().contains("port: " + admin.port());
    }

    @Test
    void aDamagedTopologyFailsUpWithTheWayOut() throws Exception {
        healthyNodes();
        Files.writeString(fixture.directory.topology(), "damaged");
        ObjectNode up = fixture.run(fixture.admin(), UP);
        assertThat(up.path("state").asString("")).isEqualTo("failed");
        assertThat(up.path("error").path("hint").asString("")).contains("move it aside");
    }

    @Test
    void aRebootBringsEverythingBack() throws Exception {
        healthyNodes();
        AdminProcess admin = fixture.admin();
        ObjectNode first = fixture.run(admin, UP);
        for (var gateway : first.path("result").path("gateways")) {
            ProcessHandle.of(gateway.path("pid").asLong(0)).orElseThrow().destroyForcibly();
        }
        await().until(() ->
                fixture.status(admin).path("gateways").path(0).path("pid").asLong(1) == 0);
        ObjectNode second = fixture.run(admin, UP);
        assertThat(second.path("state").asString("")).isEqualTo("succeeded");
        assertThat(AdminFixture.messages(second))
                .anyMatch(message -> message.matches("gateway1: starts as process [0-9]+"))
                .noneMatch(message -> message.matches("node1: starts.*"));
    }

    private void healthyNodes() throws Exception {
        fixture.node(cluster, 1).leads(1);
        fixture.node(cluster, 2).follows("node1", 1);
        fixture.node(cluster, 3).follows("node1", 1);
    }
}
