package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Pause;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import java.util.Optional;

/**
 * The core as others may see it; a snapshot.
 *
 * @param term the highest term that the node has promised
 * @param leader whom it follows, itself included
 * @param phase where it stands
 * @param gateOpen whether clients may be served, at this moment; lapses by itself at {@code leaseUntilMillis}
 * @param leaseUntilMillis on the clock passed to step; {@link Long#MAX_VALUE} when no other voice is needed
 * @param reason why things are as they are, in words; empty when there is nothing to explain
 * @param drain set while the gateways are asked to hold statements
 * @param rule the newest rule in the node's own log
 * @param voter whether the node is a member of it
 * @param leadership how to follow this node, if it is the primary of its term
 * @param promise the last durable promise
 * @param pause the newest word on pausing elections
 * @param awaitsConfirmation whether a row is to be seen flushed: every FlushProgress is wanted at once
 * @param wakeAtMillis when the core wants a Tick at the latest
 */
public record ElectionView(
        Term term,
        Optional<NodeId> leader,
        ElectionPhase phase,
        boolean gateOpen,
        long leaseUntilMillis,
        String reason,
        Optional<String> drain,
        Optional<Rule> rule,
        boolean voter,
        Optional<Leadership> leadership,
        Promise promise,
        Pause pause,
        boolean awaitsConfirmation,
        long wakeAtMillis) {}
