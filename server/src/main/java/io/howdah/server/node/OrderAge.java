package io.howdah.server.node;

import io.howdah.kernel.model.Term;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether an order was given by somebody who knows of the present term. An order that was on its way while another leader
 * was elected, or comes from an admin that was cut off, was meant for a cluster that is no more. Pure.
 */
final class OrderAge {
    private OrderAge() {}

    /**
     * The refusal of an order that names a term before this one; empty for one that names none, and for what is no JSON,
     * which its reader refuses in its own words.
     */
    static Optional<NodeHttp.OrderAnswer> objection(String body, Term own) {
        Term meant;
        try {
            JsonNode term =
                    JsonMapper.shared().readTree(body.isBlank() ? "{}" : body).path("term");
            if (!term.isIntegralNumber() || term.longValue() < 0) {
                return Optional.empty();
            }
            meant = new Term(term.longValue());
        } catch (JacksonException e) {
            return Optional.empty();
        }
        return own.isAfter(meant)
                ? Optional.of(NodeHttp.OrderAnswer.problem(
                        409,
                        "the order is of a past term",
                        "it was given in term %s, and this node has promised term %s since".formatted(meant, own),
                        "look at 'howdah status', then give it again"))
                : Optional.empty();
    }
}
