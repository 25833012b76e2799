package io.howdah.server.node;

import io.howdah.kernel.election.ElectionView;
import io.howdah.kernel.election.PostgresState;
import io.howdah.kernel.model.AddressGrant;
import io.howdah.kernel.model.LogicalSlot;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.NodeTags;
import io.howdah.kernel.model.Pause;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Role;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.server.configuration.NodeConfiguration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Says in one status what the election, the instance and the work on it amount to. Pure. */
final class StatusComposer {
    private final NodeConfiguration config;
    private final long processId;
    private final Supplier<NodeTags> tags;
    private final Supplier<List<LogicalSlot>> slots;
    private final Supplier<List<AddressGrant>> addresses;
    private final Supplier<Optional<NodeId>> successor;

    /** @param successor whom a leader is about to hand over to */
    StatusComposer(
            NodeConfiguration config,
            long processId,
            Supplier<NodeTags> tags,
            Supplier<List<LogicalSlot>> slots,
            Supplier<List<AddressGrant>> addresses,
            Supplier<Optional<NodeId>> successor) {
        this.config = config;
        this.processId = processId;
        this.tags = tags;
        this.slots = slots;
        this.addresses = addresses;
        this.successor = successor;
    }

    /** What a node says before it has looked at anything but its promise. */
    NodeStatus initial(Term promised) {
        return new NodeStatus(
                config.clusterId(),
                config.node(),
                config.cell(),
                0,
                promised,
                Optional.empty(),
                Role.STANDBY,
                NodeState.STARTING,
                "",
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                false,
                Collections.unmodifiableSortedSet(new TreeSet<>()),
                processId,
                0,
                config.host(),
                config.postgresPort(),
                config.apiPort(),
                config.directory().resolve("pgdata").toString(),
                tags.get(),
                List.of(),
                List.of(),
                List.of(),
                Pause.NEVER);
    }

    NodeStatus compose(
            long sequence,
            ElectionView view,
            boolean leaseFresh,
            Observation seen,
            Activity activity,
            Optional<Lsn> leaderLsn) {
        boolean primary = seen.local().state() == PostgresState.PRIMARY;
        boolean gateOpen = view.gateOpen() && leaseFresh;
        return new NodeStatus(
                config.clusterId(),
                config.node(),
                config.cell(),
                sequence,
                view.term(),
                view.leader(),
                primary ? Role.PRIMARY : Role.STANDBY,
                state(view, gateOpen, seen, activity),
                reason(view, activity, seen),
                gateOpen,
                view.drain(),
                gateOpen ? successor.get() : Optional.empty(),
                seen.local().position(),
                primary ? 0 : lagBytes(seen, leaderLsn),
                view.voter(),
                view.rule().map(Rule::members).orElse(Collections.unmodifiableSortedSet(new TreeSet<>())),
                processId,
                seen.processId(),
                config.host(),
                config.postgresPort(),
                config.apiPort(),
                config.directory().resolve("pgdata").toString(),
                tags.get(),
                seen.pendingRestart(),
                slots.get(),
                addresses.get(),
                view.pause());
    }

    private static NodeState state(ElectionView view, boolean gateOpen, Observation seen, Activity activity) {
        switch (activity.kind()) {
            case CLONING -> {
                return NodeState.CLONING;
            }
            case REWINDING -> {
                return NodeState.REWINDING;
            }
            case FAILED -> {
                return NodeState.FAILED;
            }
            case NONE -> {
                // The election decides.
            }
        }
        if (seen.local().state() == PostgresState.DOWN && !view.phase().holdsOffice()) {
            return NodeState.STOPPED;
        }
        return electionState(view, gateOpen, seen);
    }

    private static NodeState electionState(ElectionView view, boolean gateOpen, Observation seen) {
        return switch (view.phase()) {
            case STARTING -> NodeState.STARTING;
            case WAITING -> NodeState.WAITING;
            case FOLLOWING, REMOTE -> seen.local().receiving() ? NodeState.STREAMING : NodeState.WAITING;
            case RECRUITED -> NodeState.ELECTING;
            case PROMOTING, CONFIRMING -> NodeState.PROMOTING;
            case LEADING -> {
                if (view.drain().isPresent()) {
                    yield NodeState.DRAINING;
                }
                yield gateOpen ? NodeState.SERVING : NodeState.PROMOTING;
            }
            case HANDING_OVER -> NodeState.DRAINING;
            case STEPPING_DOWN -> NodeState.WAITING;
            case FAILED -> NodeState.FAILED;
        };
    }

    /** The words, and what to do where a person has to. */
    private String reason(ElectionView view, Activity activity, Observation seen) {
        String words = words(view, activity, seen);
        return words.startsWith("PostgreSQL does not start")
                ? "%s; when its data cannot be helped: 'howdah node rebuild %s'".formatted(words, config.node())
                : words;
    }

    private static String words(ElectionView view, Activity activity, Observation seen) {
        if (!activity.words().isEmpty()) {
            return activity.words();
        }
        if (!view.reason().isEmpty()) {
            return view.reason();
        }
        boolean ordinary = switch (view.phase()) {
            case FOLLOWING, LEADING, REMOTE -> true;
            default -> false;
        };
        return ordinary
                ? seen.local().condition().ailment().orElse("")
                : view.phase().sentence();
    }

    private static long lagBytes(Observation seen, Optional<Lsn> leaderLsn) {
        Optional<Lsn> own = seen.replayed().or(() -> seen.local().position().map(Position::lsn));
        if (own.isEmpty() || leaderLsn.isEmpty()) {
            return 0;
        }
        return Math.max(0, leaderLsn.get().bytesAheadOf(own.get()));
    }
}
