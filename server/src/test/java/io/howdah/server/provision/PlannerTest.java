package io.howdah.server.provision;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.server.configuration.ProcessIdentity;
import io.howdah.server.provision.Component.Kind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PlannerTest {
    private static final Component NODE1 = new Component("node1", Kind.NODE, Path.of("/d/run/node1.yaml"));
    private static final Component NODE2 = new Component("node2", Kind.NODE, Path.of("/d/run/node2.yaml"));
    private static final Component GATEWAY1 = new Component("gateway1", Kind.GATEWAY, Path.of("/d/run/gateway1.yaml"));
    private static final RunningProcess PROCESS = new RunningProcess(new ProcessIdentity(1, 2), List.of("java"));

    @Test
    void everythingIsConfiguredAndStartedWhenNothingIsThere() {
        assertThat(plan(new Observed(Map.of(), Map.of(), Map.of())))
                .containsExactly(
                        new Step.Configure(NODE1, "one\nbootstrap: true\n", "it is new"),
                        new Step.Start(NODE1, "it does not run"),
                        new Step.Configure(NODE2, "two\n", "it is new"),
                        new Step.Start(NODE2, "it does not run"),
                        new Step.Configure(GATEWAY1, "three\n", "it is new"),
                        new Step.Start(GATEWAY1, "it does not run"));
    }

    @Test
    void nothingIsDoneWhenAllIsAsItShouldBe() {
        assertThat(plan(new Observed(allRunning(), Map.of(), allConfigured()))).isEmpty();
    }

    @Test
    void whoBootstrapsIsNoReasonToRestart() {
        Map<String, String> configured = allConfigured();
        configured.put("node1", "one\nbootstrap: false\n");
        assertThat(plan(new Observed(allRunning(), Map.of(), configured))).isEmpty();
    }

    @Test
    void whatDoesNotRunIsStartedAndItsPidFileForgotten() {
        Map<String, RunningProcess> running = allRunning();
        running.remove("node2");
        assertThat(plan(new Observed(running, Map.of("node2", "was process 7, which is gone"), allConfigured())))
                .containsExactly(
                        new Step.ForgetPidFile(NODE2, "was process 7, which is gone"),
                        new Step.Start(NODE2, "it does not run"));
    }

    @Test
    void whatIsReadAgainIsNoReasonToRestart() {
        Map<String, String> configured = allConfigured();
        configured.put("gateway1", "three\npooling:\n  maximum: 5\nnodes:\n  - node: node1\n");
        assertThat(plan(new Observed(allRunning(), Map.of(), configured)))
                .containsExactly(new Step.Configure(GATEWAY1, "three\n", "what it reads while it runs changed"));
    }

    @Test
    void whatRunsWithAnotherConfigurationIsRestartedGatewaysFirst() {
        Map<String, String> configured = allConfigured();
        configured.put("node2", "old\n");
        configured.put("gateway1", "old\n");
        assertThat(plan(new Observed(allRunning(), Map.of(), configured)))
                .containsExactly(
                        new Step.Stop(GATEWAY1, PROCESS, "its configuration changed"),
                        new Step.Stop(NODE2, PROCESS, "its configuration changed"),
                        new Step.Configure(NODE2, "two\n", "it changed"),
                        new Step.Start(NODE2, "its configuration changed"),
                        new Step.Configure(GATEWAY1, "three\n", "it changed"),
                        new Step.Start(GATEWAY1, "its configuration changed"));
    }

    private static List<Step> plan(Observed observed) {
        Map<Component, String> desired = new LinkedHashMap<>();
        desired.put(NODE1, "one\nbootstrap: true\n");
        desired.put(NODE2, "two\n");
        desired.put(GATEWAY1, "three\n");
        return Planner.plan(desired, observed);
    }

    private static Map<String, RunningProcess> allRunning() {
        Map<String, RunningProcess> running = new LinkedHashMap<>();
        List.of("node1", "node2", "gateway1").forEach(name -> running.put(name, PROCESS));
        return running;
    }

    private static Map<String, String> allConfigured() {
        Map<String, String> configured = new LinkedHashMap<>();
        configured.put("node1", "one\nbootstrap: true\n");
        configured.put("node2", "two\n");
        configured.put("gateway1", "three\n");
        return configured;
    }
}
