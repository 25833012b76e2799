package io.howdah.server.admin;

import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.GatewayEntry;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.GatewayProcess;
import io.howdah.server.http.HttpAnswer;
import io.howdah.server.http.HttpCaller;
import io.howdah.server.http.MalformedDocumentException;
import io.howdah.server.http.UnreachableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What keeps gateways from going by their newest configuration, in words. Asks all of them at once; one that does not answer in time says nothing. */
final class GatewayProblems {
    private static final Duration ANSWER = Duration.ofMillis(500);

    private final ClusterConfiguration configuration;
    private final String secret;
    private final HttpCaller http;

    GatewayProblems(ClusterConfiguration configuration, String secret, HttpCaller http) {
        this.configuration = configuration;
        this.secret = secret;
        this.http = http;
    }

    List<String> ask() throws InterruptedException {
        String[] answers = new String[configuration.gateways().size()];
        Arrays.fill(answers, "");
        List<Thread> threads = new ArrayList<>();
        for (int index = 0; index < answers.length; index++) {
            int which = index;
            GatewayEntry gateway = configuration.gateways().get(index);
            threads.add(Thread.ofVirtual().start(() -> answers[which] = problem(gateway)));
        }
        List<String> problems = new ArrayList<>();
        for (int index = 0; index < answers.length; index++) {
            threads.get(index).join();
            if (!answers[index].isEmpty()) {
                problems.add(configuration.gateways().get(index).id() + ": " + answers[index]);
            }
        }
        return problems;
    }

    private String problem(GatewayEntry gateway) {
        try {
            Endpoint endpoint =
                    new Endpoint(configuration.host(), gateway.ports().http(), secret);
            HttpAnswer answer = http.get(endpoint, "/v1/status", ANSWER);
            return answer.successful() ? GatewayProcess.parse(answer.body()).problem() : "";
        } catch (UnreachableException | MalformedDocumentException e) {
            return "";
        }
    }
}
