package io.howdah.testkit.simulation;

import io.howdah.kernel.election.Input;
import io.howdah.kernel.election.Leadership;
import io.howdah.kernel.election.PostgresState;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise;
import java.util.Optional;

/** Brings a node's data behind a leader: stream, rewind or clone. */
final class SimulatedFollower {
    private final World world;
    private final SimulatedNode node;
    private final SimulatedPostgres postgres;
    private final SimulatedDriver driver;
    private boolean changingData;
    private long generation;
    private Optional<Leadership> postponed = Optional.empty();
    private Runnable whenPersisted = () -> {};
    private Promise.Operation awaited = Promise.Operation.NONE;

    SimulatedFollower(World world, SimulatedNode node, SimulatedDriver driver) {
        this.world = world;
        this.node = node;
        this.postgres = node.postgres();
        this.driver = driver;
    }

    boolean isChangingData() {
        return changingData;
    }

    /** What has been asked for is out of date. */
    void cancel() {
        generation++;
    }

    void follow(Leadership leadership) {
        if (changingData) {
            postponed = Optional.of(leadership);
        } else {
            begin(leadership);
        }
    }

    void onPersisted(Promise promise) {
        if (promise.operation() == awaited) {
            Runnable go = whenPersisted;
            whenPersisted = () -> {};
            go.run();
        }
    }

    private void begin(Leadership leadership) {
        long mine = ++generation;
        driver.inLane(() -> attempt(leadership, mine));
    }

    private void attempt(Leadership leadership, long mine) {
        SimulatedNode leader = world.node(leadership.leader());
        if (postgres.state() == PostgresState.PRIMARY || mine != generation) {
            driver.finish(100, () -> {});
            return;
        }
        boolean leftover = world.scenario.fault() == PlantedFault.STAMP_NOT_CHECKED
                || (world.scenario.faults() && world.schedule.chance(0.2));
        if (leftover && postgres.state() == PostgresState.STANDBY) {
            // A conninfo left over from before the check: it names the leader, but not this term.
            postgres.follow(leader.postgres(), Math.max(0, leadership.term().value() - 1));
        }
        driver.finish(world.schedule.between(2_000, leftover ? 300_000 : 20_000), () -> {
            if (mine != generation) {
                return;
            }
            postgres.followNobody();
            if (postgres.state() == PostgresState.DOWN && node.disk().operation() == Promise.Operation.NONE) {
                postgres.startAsStandby();
            }
            boolean reachable = leader.postgres().state() == PostgresState.PRIMARY
                    && !leader.postgres().isPaused()
                    && leader.postgres().timeline() == leadership.timeline().value()
                    && world.network.reaches(node.index(), leader.index())
                    && world.network.reaches(leader.index(), node.index());
            if (!reachable) {
                node.step(new Input.FollowFailed(leadership.term(), "the leader's PostgreSQL cannot be reached"));
            } else if (postgres.state() == PostgresState.EMPTY
                    || (world.scenario.faults() && world.schedule.chance(0.02))) {
                changeData(Promise.Operation.CLONE, leadership, leader);
            } else if (leader.postgres().isExtensionOf(postgres)) {
                attach(leadership, leader);
            } else {
                changeData(Promise.Operation.REWIND, leadership, leader);
            }
        });
    }

    private void attach(Leadership leadership, SimulatedNode leader) {
        postgres.follow(leader.postgres(), leadership.term().value());
        node.step(new Input.Following(leadership.term()));
    }

    /** Sentinel and floor first, then the data, then the sentinel is lifted; a crash in between leaves it behind. */
    private void changeData(Promise.Operation operation, Leadership leadership, SimulatedNode leader) {
        changingData = true;
        Position floor = leader.postgres().position();
        awaited = operation;
        whenPersisted = () -> {
            awaited = Promise.Operation.NONE;
            if (postgres.state() != PostgresState.EMPTY) {
                postgres.crash(false);
            }
            if (operation == Promise.Operation.CLONE) {
                postgres.wipe();
            }
            node.later(world.schedule.between(200_000, 2_000_000), () -> copy(operation, leadership, leader));
        };
        node.step(new Input.DataOperation(operation, Optional.of(floor), 1));
    }

    private void copy(Promise.Operation operation, Leadership leadership, SimulatedNode leader) {
        SimulatedPostgres source = leader.postgres();
        boolean reachable = source.state() == PostgresState.PRIMARY
                && !source.isPaused()
                && source.timeline() == leadership.timeline().value()
                && world.network.reaches(node.index(), leader.index())
                && world.network.reaches(leader.index(), node.index());
        if (!reachable) {
            // The sentinel stays: the directory is not to be used.
            postgres.wipe();
            changingData = false;
            node.observeNow();
            node.step(new Input.FollowFailed(leadership.term(), operation + " was interrupted"));
            takeUpPostponed();
            return;
        }
        long common = commonPrefix(source);
        if (operation == Promise.Operation.CLONE) {
            postgres.load(source.log().subList(0, (int) source.flushed()));
        } else {
            postgres.truncate(common);
        }
        whenPersisted = () -> {
            changingData = false;
            postgres.startAsStandby();
            if (postponed.isPresent()) {
                takeUpPostponed();
            } else {
                attach(leadership, leader);
            }
            node.observeNow();
        };
        awaited = Promise.Operation.NONE;
        node.step(new Input.DataOperation(Promise.Operation.NONE, Optional.empty(), 1));
    }

    /** Another leader showed itself while the data was being changed: the old one is not followed any more. */
    private void takeUpPostponed() {
        Optional<Leadership> next = postponed;
        postponed = Optional.empty();
        next.ifPresent(this::begin);
    }

    private long commonPrefix(SimulatedPostgres source) {
        int size = Math.min(source.log().size(), postgres.log().size());
        int at = 0;
        while (at < size && source.log().get(at) == postgres.log().get(at)) {
            at++;
        }
        return at;
    }
}
