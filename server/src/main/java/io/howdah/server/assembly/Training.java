package io.howdah.server.assembly;

import io.helidon.webserver.WebServer;
import io.howdah.kernel.election.Condition;
import io.howdah.kernel.election.ElectionPhase;
import io.howdah.kernel.election.Envelope;
import io.howdah.kernel.election.Message;
import io.howdah.kernel.election.PostgresState;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Pause;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.HttpCaller;
import io.howdah.server.peer.PeerJson;
import java.time.Duration;
import java.util.Optional;

/**
 * Does once what every process does at its start, so that the start-up cache (JEP 483) holds the classes for it. Binds a
 * free port on loopback, calls itself, and ends.
 */
public final class Training {
    private Training() {}

    /** Runs to the end. */
    public static void run() {
        WebServer server = WebServer.builder()
                .host("127.0.0.1")
                .port(0)
                .shutdownHook(false)
                .routing(rules -> rules.get("/v1/status", (request, response) -> response.send("{}")))
                .build()
                .start();
        new HttpCaller(Duration.ofSeconds(1))
                .get(new Endpoint("127.0.0.1", server.port(), "secret"), "/v1/status", Duration.ofSeconds(5));
        PeerJson json = new PeerJson();
        Message status = new Message.Status(
                ElectionPhase.STARTING,
                PostgresState.DOWN,
                Optional.empty(),
                Optional.empty(),
                TimelineId.FIRST,
                Optional.empty(),
                false,
                Term.ZERO,
                Optional.empty(),
                Optional.empty(),
                false,
                Pause.NEVER,
                Condition.SOUND);
        NodeId node = new NodeId("node1");
        json.read(json.write(new Envelope(new ClusterId("0123456789abcdef"), node, node, Term.ZERO, status)));
        server.stop();
        System.exit(0);
    }
}
