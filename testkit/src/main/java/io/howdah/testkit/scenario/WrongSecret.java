package io.howdah.testkit.scenario;

import io.howdah.kernel.model.NodeStatus;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.HttpAnswer;
import io.howdah.server.http.HttpCaller;
import java.time.Duration;
import java.util.List;

/** Bad input: somebody who does not know the cluster's secret. */
final class WrongSecret implements Scenario {
    private static final int UNAUTHORIZED = 401;
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @Override
    public Script script() {
        return new Script(
                "B3",
                "status, messages, drains and switchovers with a wrong secret, with none, and with its beginning",
                "401 for each, nothing happens",
                Pace.QUICK);
    }

    @Override
    public void play(Stage stage) {
        HttpCaller caller = new HttpCaller(LIMIT);
        String secret = stage.secrets().peerSecret();
        long term = stage.watch().term();
        for (String node : stage.watch().nodes()) {
            NodeStatus status = stage.watch().node(node);
            for (String wrong : List.of("", "x", secret.substring(1), secret.substring(0, 31), secret + "x")) {
                Endpoint endpoint = new Endpoint(status.host(), status.apiPort(), wrong);
                expectRefused(caller.get(endpoint, "/v1/status", LIMIT));
                expectRefused(caller.get(endpoint, "/v1/status/stream", LIMIT));
                expectRefused(caller.post(endpoint, "/v1/switchover", "{}", LIMIT));
                expectRefused(caller.post(endpoint, "/v1/drained", "{}", LIMIT));
                expectRefused(caller.post(endpoint, "/v1/peer", "{}", LIMIT));
            }
        }
        Expect.that(stage.watch().term() == term, "the term changed");
    }

    private static void expectRefused(HttpAnswer answer) {
        Expect.that(answer.status() == UNAUTHORIZED, "%d instead of 401: %s", answer.status(), answer.body());
    }
}
