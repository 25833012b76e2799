package io.howdah.testkit.scenario;

import io.howdah.kernel.election.Cause;
import io.howdah.kernel.election.Envelope;
import io.howdah.kernel.election.Leadership;
import io.howdah.kernel.election.Message;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import io.howdah.server.configuration.PeerEntry;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.HttpAnswer;
import io.howdah.server.http.HttpCaller;
import io.howdah.server.peer.PeerJson;
import io.howdah.server.peer.PeerSender;
import io.howdah.server.peer.Sender;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Bad input: messages that were true once, and one of another cluster, sent again with the right secret. */
final class OldMessages implements Scenario {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int CONFLICT = 409;
    private static final int REPEATS = 20;

    @Override
    public Script script() {
        return new Script(
                "B2",
                "every kind of message and order of a past term, and messages of a foreign cluster, are sent to every node again and again",
                "no promotion, no change of leader or term, no gap over 2 s",
                Pace.QUICK);
    }

    @Override
    public void play(Stage stage) throws Exception {
        long term = stage.watch().term();
        Expect.that(term >= 2, "there is no past term");
        try (Load load = Load.start(stage, 8)) {
            load.strike();
            for (String to : stage.watch().nodes()) {
                for (String from : stage.watch().nodes()) {
                    if (!from.equals(to)) {
                        send(stage, from, to, new Term(term - 1));
                    }
                }
            }
            order(stage, term - 1);
            load.awaitRecovery(Duration.ofSeconds(20));
            Load.Outcome outcome = load.finish();
            Expect.promotions(outcome, 0);
            Expect.gap(outcome, 2_000);
            Expect.that(
                    stage.watch().term() == term,
                    "the term went from %d to %d",
                    term,
                    stage.watch().term());
        }
    }

    /** What an admin that was cut off would ask for when it is back. */
    private static void order(Stage stage, long old) {
        HttpCaller caller = new HttpCaller(LIMIT);
        for (String node : stage.watch().nodes()) {
            NodeStatus status = stage.watch().node(node);
            Endpoint endpoint = new Endpoint(
                    status.host(), status.apiPort(), stage.secrets().peerSecret());
            String body = "{\"target\":null,\"node\":\"%s\",\"voices\":[\"%s\"],\"members\":[\"%s\"],\"term\":%d}"
                    .formatted(node, node, node, old);
            for (String path : List.of("/v1/switchover", "/v1/orders/remove-member", "/v1/orders/force-leadership")) {
                HttpAnswer answer = caller.post(endpoint, path, body, LIMIT);
                Expect.that(
                        answer.status() == CONFLICT && answer.body().contains("past term"),
                        "%s at %s: %d %s",
                        path,
                        node,
                        answer.status(),
                        answer.body());
            }
        }
    }

    private static void send(Stage stage, String from, String to, Term old) throws InterruptedException {
        NodeStatus target = stage.watch().node(to);
        NodeId sender = new NodeId(from);
        PeerEntry address = new PeerEntry(target.node(), target.host(), target.apiPort());
        PeerJson json = new PeerJson();
        NodeStatus said = stage.watch().node(from);
        Sender process = new Sender(sender, said.processId(), said.host(), said.apiPort());
        try (PeerSender line = new PeerSender(address, process, stage.secrets().peerSecret())) {
            for (int i = 0; i < REPEATS; i++) {
                for (Message message : messages(target, sender, old)) {
                    line.send(json.write(new Envelope(target.cluster(), sender, target.node(), old, message)));
                    ClusterId foreign = new ClusterId("ffffffffffffffff");
                    line.send(json.write(
                            new Envelope(foreign, sender, target.node(), new Term(old.value() + 1_000), message)));
                }
                Thread.sleep(20);
            }
        }
    }

    private static List<Message> messages(NodeStatus target, NodeId sender, Term old) {
        TimelineId timeline = new TimelineId(1);
        Position position = new Position(timeline, new Lsn(1));
        Rule rule = new Rule(old, 1, sender, new TreeSet<>(target.members()), timeline);
        return List.of(
                new Message.Resign(old, Optional.of(sender), "replayed"),
                new Message.Follow(new Leadership(old, sender, timeline, new Position(timeline, new Lsn(1)))),
                new Message.Recruit(old, 7, timeline, old),
                new Message.PromoteOrder(
                        old, 7, timeline, position, rule, new Cause(Cause.Kind.FAILOVER, "replayed", 0, 0, 0)),
                new Message.HandOver(old, old.next(), position, 0),
                new Message.PreVote(7, old),
                new Message.PreVoteReply(7, true, timeline, ""),
                new Message.RecruitReply(old, 7, true, timeline, Optional.of(position), Optional.of(rule), 0, ""),
                new Message.LeaseRequest(old, 1),
                new Message.LeaseGrant(old, 1));
    }
}
