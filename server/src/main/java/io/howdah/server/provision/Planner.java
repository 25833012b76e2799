package io.howdah.server.provision;

import io.howdah.server.provision.Component.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Decides what to do, from what should be and what is. Pure.
 *
 * <ol>
 *   <li>A process that runs with the right configuration is left alone.
 *   <li>A process whose list of nodes alone differs, or a gateway of whose file only what it reads again, gets its new file and goes on.
 *   <li>A process that runs with another configuration is stopped and started anew, gateways before nodes.
 *   <li>A process that does not run is configured and started: nodes first, in the order given, then gateways. All are
 *       started at once; a node without data waits for a leader by itself, a gateway for an open gate.
 * </ol>
 */
final class Planner {
    private static final String BOOTSTRAP = "(?m)^bootstrap:.*\n";

    private Planner() {}

    /** @param desired the configuration that each component should run with, in the order to start them */
    static List<Step> plan(Map<Component, String> desired, Observed observed) {
        List<Step> gatewayStops = new ArrayList<>();
        List<Step> nodeStops = new ArrayList<>();
        List<Step> starts = new ArrayList<>();
        desired.forEach((component, yaml) -> {
            String present = observed.configurations().getOrDefault(component.name(), "");
            boolean differs = !comparable(present).equals(comparable(yaml));
            boolean runs = observed.running(component).isPresent();
            if (runs && !differs) {
                if (!present.replaceAll(BOOTSTRAP, "").equals(yaml.replaceAll(BOOTSTRAP, ""))) {
                    starts.add(new Step.Configure(component, yaml, "what it reads while it runs changed"));
                }
                return;
            }
            observed.running(component).ifPresent(process -> {
                Step stop = new Step.Stop(component, process, "its configuration changed");
                (component.kind() == Kind.GATEWAY ? gatewayStops : nodeStops).add(stop);
            });
            String claim = observed.staleClaims().getOrDefault(component.name(), "");
            if (!claim.isEmpty()) {
                starts.add(new Step.ForgetPidFile(component, claim));
            }
            if (!present.equals(yaml)) {
                starts.add(new Step.Configure(component, yaml, present.isEmpty() ? "it is new" : "it changed"));
            }
            starts.add(new Step.Start(component, runs ? "its configuration changed" : "it does not run"));
        });
        List<Step> steps = new ArrayList<>(gatewayStops);
        steps.addAll(nodeStops);
        steps.addAll(starts);
        return steps;
    }

    /** Who bootstraps matters once in a cluster's life; from the first of these groups on, those who run read the file again. */
    private static String comparable(String yaml) {
        return yaml.replaceAll(BOOTSTRAP, "").replaceAll("(?ms)^(pooling|access|serving|peers|nodes):\n.*", "");
    }
}
