package io.howdah.kernel.election;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The one owner of the phase. The moves that exist:
 *
 * <pre>
 * STARTING      => WAITING       the instance was seen, and it is no primary in its own right
 * STARTING      => CONFIRMING    the process came back beside a primary that still leads its term
 * STARTING      => STEPPING_DOWN it came back beside a primary that does not
 * WAITING       => RECRUITED     a coordinator (perhaps this node) asked for the voice and there is no objection
 * WAITING       => FOLLOWING     a leader of a term not below the promise showed itself
 * FOLLOWING     => RECRUITED     as from WAITING, once the leader is suspected
 * FOLLOWING     => WAITING       the followed leader is itself found to be gone and data must be looked at anew
 * RECRUITED     => FOLLOWING     the winner, or a leader of a later term, showed itself
 * RECRUITED     => WAITING       the instance could not be quieted, or its timeline is too new for the election
 * RECRUITED     => PROMOTING     the coordinator named this node the winner
 * PROMOTING     => CONFIRMING    PostgreSQL left recovery on the right timeline; the barrier is being written
 * CONFIRMING    => LEADING       a majority has flushed the barrier
 * LEADING       => HANDING_OVER  the gateways hold still (or took too long) and PostgreSQL is being stopped
 * HANDING_OVER  => WAITING       it has stopped and its end is known
 * PROMOTING, CONFIRMING, LEADING => STEPPING_DOWN  a higher promise, a dead PostgreSQL, a failed or late barrier
 * WAITING, FOLLOWING, RECRUITED, HANDING_OVER => STEPPING_DOWN  the instance is a primary that it must not be
 * STEPPING_DOWN => WAITING       the instance is a quiet standby again
 * STEPPING_DOWN => RECRUITED     a coordinator asked meanwhile
 * WAITING, FOLLOWING, RECRUITED => REMOTE  the cluster is to follow the primary of another one
 * REMOTE        => WAITING       it is to be a cluster in its own right again
 * REMOTE        => STEPPING_DOWN the instance is a primary that it must not be
 * any           => FAILED        a promise could not be written
 * </pre>
 *
 * A phase may also be replaced by one of the same name. Everything else is a defect and throws.
 */
final class PhaseKeeper {
    private static final Map<ElectionPhase, Set<ElectionPhase>> MOVES = moves();

    private Phase current = new Phase.Starting();

    Phase current() {
        return current;
    }

    void move(Phase next) {
        ElectionPhase from = current.name();
        ElectionPhase to = next.name();
        boolean legal = from == to
                || to == ElectionPhase.FAILED
                || MOVES.getOrDefault(from, Set.of()).contains(to);
        if (!legal) {
            throw new IllegalStateException("the phase cannot move from %s to %s".formatted(current, next));
        }
        current = next;
    }

    private static Map<ElectionPhase, Set<ElectionPhase>> moves() {
        Map<ElectionPhase, Set<ElectionPhase>> moves = new EnumMap<>(ElectionPhase.class);
        moves.put(
                ElectionPhase.STARTING,
                EnumSet.of(ElectionPhase.WAITING, ElectionPhase.CONFIRMING, ElectionPhase.STEPPING_DOWN));
        moves.put(
                ElectionPhase.WAITING,
                EnumSet.of(
                        ElectionPhase.RECRUITED,
                        ElectionPhase.FOLLOWING,
                        ElectionPhase.REMOTE,
                        ElectionPhase.STEPPING_DOWN));
        moves.put(
                ElectionPhase.FOLLOWING,
                EnumSet.of(
                        ElectionPhase.RECRUITED,
                        ElectionPhase.WAITING,
                        ElectionPhase.REMOTE,
                        ElectionPhase.STEPPING_DOWN));
        moves.put(
                ElectionPhase.RECRUITED,
                EnumSet.of(
                        ElectionPhase.FOLLOWING,
                        ElectionPhase.WAITING,
                        ElectionPhase.PROMOTING,
                        ElectionPhase.REMOTE,
                        ElectionPhase.STEPPING_DOWN));
        moves.put(ElectionPhase.PROMOTING, EnumSet.of(ElectionPhase.CONFIRMING, ElectionPhase.STEPPING_DOWN));
        moves.put(ElectionPhase.CONFIRMING, EnumSet.of(ElectionPhase.LEADING, ElectionPhase.STEPPING_DOWN));
        moves.put(ElectionPhase.LEADING, EnumSet.of(ElectionPhase.HANDING_OVER, ElectionPhase.STEPPING_DOWN));
        moves.put(ElectionPhase.HANDING_OVER, EnumSet.of(ElectionPhase.WAITING, ElectionPhase.STEPPING_DOWN));
        moves.put(ElectionPhase.REMOTE, EnumSet.of(ElectionPhase.WAITING, ElectionPhase.STEPPING_DOWN));
        moves.put(ElectionPhase.STEPPING_DOWN, EnumSet.of(ElectionPhase.WAITING, ElectionPhase.RECRUITED));
        return moves;
    }
}
