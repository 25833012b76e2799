package io.howdah.server.node;

import io.howdah.kernel.election.Envelope;
import io.howdah.kernel.election.Input;
import io.howdah.kernel.model.NodeId;
import io.howdah.server.address.AddressDesk;
import io.howdah.server.http.MalformedDocumentException;
import io.howdah.server.peer.PeerJson;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What arrives over HTTP, brought to whom it concerns. Any thread. */
final class NodeOrders implements NodeHttp.Orders {
    private static final Logger LOG = LoggerFactory.getLogger(NodeOrders.class);

    private final NodeId self;
    private final StatusBoard board;
    private final NodeAgent agent;
    private final DrainRoll drains;
    private final DrainRoll preparations;
    private final SwitchoverDesk switchovers;
    private final MemberDesk members;
    private final RebuildDesk rebuilds;
    private final PauseDesk pauses;
    private final ParameterDesk parameters;
    private final AddressDesk addresses;
    private final Runnable reload;
    private final PeerJson json;
    private final NameClaims claims;

    /** @param reload reads the node's configuration file again */
    NodeOrders(
            NodeId self,
            StatusBoard board,
            NodeAgent agent,
            DrainRoll drains,
            DrainRoll preparations,
            SwitchoverDesk switchovers,
            MemberDesk members,
            RebuildDesk rebuilds,
            PauseDesk pauses,
            ParameterDesk parameters,
            AddressDesk addresses,
            Runnable reload,
            PeerJson json,
            NameClaims claims) {
        this.self = self;
        this.board = board;
        this.agent = agent;
        this.drains = drains;
        this.preparations = preparations;
        this.switchovers = switchovers;
        this.members = members;
        this.rebuilds = rebuilds;
        this.pauses = pauses;
        this.parameters = parameters;
        this.addresses = addresses;
        this.reload = reload;
        this.json = json;
        this.claims = claims;
    }

    @Override
    public NodeHttp.SwitchoverAnswer switchover(String body) {
        return OrderAge.objection(body, board.latest().term())
                .map(refusal -> new NodeHttp.SwitchoverAnswer(refusal.status(), refusal.json()))
                .orElseGet(() -> switchovers.run(body));
    }

    @Override
    public NodeHttp.OrderAnswer order(String name, String body) {
        return OrderAge.objection(body, board.latest().term()).orElseGet(() -> carryOut(name, body));
    }

    private NodeHttp.OrderAnswer carryOut(String name, String body) {
        return switch (name) {
            case "reload" -> {
                reload.run();
                yield new NodeHttp.OrderAnswer(200, "{}");
            }
            case "remove-member" -> members.remove(body);
            case "force-leadership" -> members.force(body);
            case "rebuild" -> rebuilds.run(body);
            case "pause" -> pauses.run(body);
            case "check-parameters" -> parameters.check(body);
            case "apply-parameters" -> parameters.apply();
            case "address" -> address(body);
            default ->
                NodeHttp.OrderAnswer.problem(
                        404, "there is no such order", name + " is not known to this version", "upgrade the node");
        };
    }

    private NodeHttp.OrderAnswer address(String body) {
        try {
            return new NodeHttp.OrderAnswer(
                    200, addresses.answer(body, board.latest().members()));
        } catch (MalformedDocumentException e) {
            return NodeHttp.OrderAnswer.problem(
                    400, "not a request for a virtual address", String.valueOf(e.getMessage()), "upgrade the gateway");
        }
    }

    @Override
    public void drained(String body) {
        try {
            JsonNode document = JsonMapper.shared().readTree(body);
            String gateway = document.path("gateway").stringValue("");
            String confirmed = document.path("drain").stringValue("");
            drains.confirmed(gateway, confirmed);
            preparations.confirmed(gateway, confirmed);
        } catch (JacksonException e) {
            LOG.warn("a gateway's confirmation is not JSON: {}", e.getOriginalMessage());
        }
    }

    @Override
    public void gatewayArrived(String gateway) {
        drains.gatewayArrived(gateway);
        preparations.gatewayArrived(gateway);
    }

    @Override
    public void gatewayLeft(String gateway) {
        drains.gatewayLeft(gateway);
        preparations.gatewayLeft(gateway);
    }

    @Override
    public Optional<String> objection(NodeId from, String process) {
        return claims.objection(from, process);
    }

    @Override
    public void peerMessage(NodeId from, String line) {
        try {
            Envelope envelope = json.read(line);
            if (envelope.from().equals(from) && envelope.to().equals(self)) {
                agent.tell(new Input.Received(envelope));
            } else {
                LOG.warn("{} sent a message from {} to {}", from, envelope.from(), envelope.to());
            }
        } catch (IllegalArgumentException e) {
            LOG.warn("{} sent what is not a message: {}", from, e.getMessage());
        }
    }
}
