package io.howdah.gateway.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.Routes;
import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Term;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReplicaChoiceTest {
    private static final long NOW = Duration.ofHours(1).toNanos();
    private static final Lsn END = new Lsn(1_000_000);

    private final Random random = new Random(1);
    private final ReplicaChoice choice = new ReplicaChoice(new Cell("zone1"), random::nextDouble);
    private final Backend near = backend("node1", "zone1");
    private final Backend alsoNear = backend("node2", "zone1");
    private final Backend far = backend("node3", "zone2");
    private final Map<Backend, Integer> load = new HashMap<>();
    private final Map<NodeId, Progress> progress = new HashMap<>();
    private BalanceSettings settings = BalanceSettings.USUAL;

    private static Backend backend(String node, String cell) {
        return new Backend("home", new NodeId(node), new Cell(cell), "127.0.0.1", 5432);
    }

    private void at(Backend place, Lsn replayed, long lagBytes, Duration lag, Duration present) {
        progress.put(place.node(), new Progress(replayed, lagBytes, lag.toNanos(), NOW - present.toNanos(), NOW));
    }

    private void caughtUp(Backend place) {
        at(place, END, 0, Duration.ZERO, Duration.ofMinutes(5));
    }

    private Optional<Backend> choose(Lsn minimum) {
        Routes routes = new Routes(Term.ZERO, Optional.empty(), List.of(far, near, alsoNear), Optional.empty());
        Positions positions = new Positions(END, 1, progress);
        return choice.choose(routes, positions, settings, minimum, place -> load.getOrDefault(place, 0), NOW);
    }

    private Map<Backend, Integer> share(int rounds) {
        Map<Backend, Integer> counts = new HashMap<>();
        for (int round = 0; round < rounds; round++) {
            choose(Lsn.ZERO).ifPresent(place -> counts.merge(place, 1, Integer::sum));
        }
        return counts;
    }

    @Test
    void theOwnCellComesFirst() {
        caughtUp(near);
        caughtUp(far);
        load.put(near, 10);
        assertThat(choose(Lsn.ZERO)).contains(near);
        progress.remove(near.node());
        assertThat(choose(Lsn.ZERO)).contains(far);
    }

    @Test
    void whoHasLeastToDoIsChosen() {
        caughtUp(near);
        caughtUp(alsoNear);
        load.putAll(Map.of(near, 3, alsoNear, 2));
        assertThat(choose(Lsn.ZERO)).contains(alsoNear);
        load.put(alsoNear, 4);
        assertThat(choose(Lsn.ZERO)).contains(near);
    }

    @Test
    void weightsAreShares() {
        caughtUp(near);
        caughtUp(alsoNear);
        settings = settings.withWeight(near.node(), 3);
        assertThat(share(4_000).get(near)).isBetween(2_800, 3_200);
        load.putAll(Map.of(near, 5, alsoNear, 2));
        assertThat(choose(Lsn.ZERO)).contains(near);
        settings = settings.withWeight(near.node(), 0);
        assertThat(choose(Lsn.ZERO)).contains(alsoNear);
    }

    @Test
    void aReplicaThatHasJustComeGetsLess() {
        caughtUp(near);
        at(alsoNear, END, 0, Duration.ZERO, Duration.ZERO);
        assertThat(share(4_000).get(alsoNear)).isBetween(250, 500);
        at(alsoNear, END, 0, Duration.ZERO, Duration.ofSeconds(10));
        assertThat(share(4_000).get(alsoNear)).isBetween(1_800, 2_200);
    }

    @Test
    void whatASessionMustSeeIsThere() {
        at(near, new Lsn(500), 0, Duration.ZERO, Duration.ofMinutes(5));
        assertThat(choose(new Lsn(500))).contains(near);
        assertThat(choose(new Lsn(501))).isEmpty();
    }

    @Test
    void whoIsTooFarBehindGetsNothing() {
        at(near, END, settings.maximumLagBytes() + 1, Duration.ZERO, Duration.ofMinutes(5));
        at(alsoNear, END, 1, settings.maximumLag().plusNanos(1), Duration.ofMinutes(5));
        assertThat(choose(Lsn.ZERO)).isEmpty();
        at(far, END, settings.maximumLagBytes(), settings.maximumLag(), Duration.ofMinutes(5));
        assertThat(choose(Lsn.ZERO)).contains(far);
    }

    @Test
    void whatIsNotKnownOrWasLongAgoDoesNotCount() {
        assertThat(choose(Lsn.ZERO)).isEmpty();
        progress.put(
                near.node(),
                new Progress(END, 0, 0, 0, NOW - Duration.ofSeconds(4).toNanos()));
        assertThat(choose(Lsn.ZERO)).isEmpty();
    }

    @Test
    void lagIsCountedFromWhenThePrimaryHadMore() {
        LagHistory history = new LagHistory();
        assertThat(history.lagNanos(new Lsn(5), 100)).isZero();
        history.add(new Lsn(10), 100);
        history.add(new Lsn(10), 200);
        history.add(new Lsn(20), 300);
        assertThat(history.lagNanos(new Lsn(20), 400)).isZero();
        assertThat(history.lagNanos(new Lsn(15), 400)).isEqualTo(100);
        assertThat(history.lagNanos(new Lsn(9), 400)).isEqualTo(300);
        for (int step = 0; step < 5_000; step++) {
            history.add(new Lsn(30 + step), 400 + step);
        }
        assertThat(history.lagNanos(new Lsn(9), 6_000)).isGreaterThan(5_000);
        history.add(new Lsn(7), 7_000);
        assertThat(history.end()).isEqualTo(new Lsn(7));
        assertThat(history.lagNanos(new Lsn(7), 8_000)).isZero();
    }
}
