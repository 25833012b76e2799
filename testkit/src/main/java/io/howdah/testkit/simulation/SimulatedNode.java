package io.howdah.testkit.simulation;

import io.howdah.kernel.election.Condition;
import io.howdah.kernel.election.Effect;
import io.howdah.kernel.election.ElectionCore;
import io.howdah.kernel.election.ElectionView;
import io.howdah.kernel.election.Envelope;
import io.howdah.kernel.election.Input;
import io.howdah.kernel.election.PostgresState;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Term;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One node's process: the core, its clock, its life and death. What it does to PostgreSQL is in {@link SimulatedDriver}. */
final class SimulatedNode {
    private static final long OBSERVE_MICROS = 500_000;

    private final World world;
    private final int index;
    private final NodeId name;
    private final SimulatedPostgres postgres;
    private final double clockRate;
    private final long clockOffsetMillis;
    private final Deque<Runnable> deferred = new ArrayDeque<>();
    private Promise disk;
    private Optional<ElectionCore> core = Optional.empty();
    private Optional<SimulatedDriver> driver = Optional.empty();
    private long incarnation;
    private boolean paused;
    private long wakeMicros = Long.MAX_VALUE;
    private boolean observing;
    private boolean lost;
    private Condition condition = Condition.SOUND;

    SimulatedNode(World world, int index, NodeId name) {
        this.world = world;
        this.index = index;
        this.name = name;
        this.postgres = new SimulatedPostgres(world, index, name);
        this.disk = Promise.initial(World.CLUSTER, name);
        boolean crooked = world.scenario.crooked();
        this.clockRate = crooked ? 0.3 + 2 * world.schedule.random().nextDouble() : 1;
        this.clockOffsetMillis = world.schedule.between(0, 1_000_000);
        postgres.listen(this::observeSoon, this::reportFlushSoon);
    }

    int index() {
        return index;
    }

    NodeId name() {
        return name;
    }

    SimulatedPostgres postgres() {
        return postgres;
    }

    boolean isUp() {
        return core.isPresent();
    }

    boolean isPaused() {
        return paused;
    }

    Optional<ElectionView> view() {
        return core.map(ElectionCore::view);
    }

    Promise disk() {
        return disk;
    }

    void disk(Promise written) {
        disk = written;
    }

    /** What a gateway would find: the lease is looked at when the answer is given, even by a process that was paused. */
    boolean gateOpen() {
        return core.isPresent() && core.get().isServingAt(nowMillis());
    }

    boolean isDraining() {
        return view().filter(view -> view.drain().isPresent()).isPresent();
    }

    private long nowMillis() {
        return clockOffsetMillis + (long) (world.schedule.nowMillis() * clockRate);
    }

    /** Its host is gone, or nobody can reach it, and an operator has decided to go on without it. */
    void lose() {
        crashProcess(true);
        postgres.pause(false);
        postgres.crash(true);
        lost = true;
    }

    /**
     * The host is found again.
     *
     * @param fenced whether the cluster went on without it meanwhile: its data is not to be trusted
     */
    void find(boolean fenced) {
        lost = false;
        if (fenced) {
            disk = disk.withData(disk.systemIdentifier(), disk.floor(), Promise.Operation.REWIND);
        }
        startProcess();
    }

    boolean isLost() {
        return lost;
    }

    void startProcess() {
        if (core.isPresent() || lost) {
            return;
        }
        incarnation++;
        tell("process starts with " + disk.term());
        // A directory under change, found after a crash, cannot be trusted.
        if (disk.operation() != Promise.Operation.NONE && postgres.state() != PostgresState.EMPTY) {
            postgres.crash(false);
            postgres.wipe();
        }
        core = Optional.of(
                new ElectionCore(world.settings, World.CLUSTER, name, world.configured, disk, world.schedule.random()));
        driver = Optional.of(new SimulatedDriver(world, this));
        if (world.scenario.tagged()) {
            step(new Input.Roster(world.tags));
        }
        step(observation());
        observeForever(incarnation);
    }

    /** The process is gone; its sockets are closed by the kernel, which the peers see unless the host is gone too. */
    void crashProcess(boolean host) {
        if (core.isEmpty()) {
            return;
        }
        incarnation++;
        tell("process crashes");
        core = Optional.empty();
        driver.ifPresent(SimulatedDriver::die);
        driver = Optional.empty();
        deferred.clear();
        paused = false;
        wakeMicros = Long.MAX_VALUE;
        if (!host) {
            for (SimulatedNode peer : world.nodes) {
                if (peer != this && world.network.reaches(index, peer.index)) {
                    report(peer, world.schedule.between(300, 10_000));
                }
            }
        }
    }

    /** A peer's attempt to connect is refused, and it tries again. */
    private void report(SimulatedNode peer, long micros) {
        peer.later(micros, () -> {
            if (core.isEmpty() && world.network.reaches(index, peer.index)) {
                peer.step(new Input.PeerLost(name, true));
                report(peer, 100_000);
            }
        });
    }

    void pauseProcess(boolean stop) {
        paused = stop;
        if (!stop) {
            while (!deferred.isEmpty() && !paused) {
                deferred.remove().run();
            }
        }
    }

    /** Runs in this process after a while, if it is still the same process; a stopped process does it when it goes on. */
    void later(long micros, Runnable action) {
        long life = incarnation;
        world.schedule.after(micros, () -> runIfAlive(life, action));
    }

    private void runIfAlive(long life, Runnable action) {
        if (life != incarnation || core.isEmpty()) {
            return;
        }
        if (paused) {
            deferred.add(() -> runIfAlive(life, action));
        } else {
            action.run();
        }
    }

    void step(Input input) {
        if (core.isEmpty()) {
            return;
        }
        if (world.schedule.keeps() && !(input instanceof Input.Tick)) {
            tell("<- " + input);
        }
        ElectionCore running = core.get();
        for (Effect effect : running.step(nowMillis(), input)) {
            if (world.schedule.keeps()) {
                tell("-> " + effect);
            }
            driver.ifPresent(present -> present.perform(effect));
        }
        wake(running.view().wakeAtMillis());
    }

    private void wake(long atMillis) {
        if (atMillis == Long.MAX_VALUE) {
            return;
        }
        long waitMicros = (long) ((atMillis - nowMillis()) / clockRate * 1_000) + 1_000;
        long at = world.schedule.nowMicros() + Math.max(1_000, waitMicros);
        if (at >= wakeMicros && wakeMicros > world.schedule.nowMicros()) {
            return;
        }
        wakeMicros = at;
        later(at - world.schedule.nowMicros(), () -> {
            if (wakeMicros <= world.schedule.nowMicros()) {
                wakeMicros = Long.MAX_VALUE;
                step(new Input.Tick());
            }
        });
    }

    void deliver(Envelope envelope) {
        later(0, () -> step(new Input.Received(envelope)));
    }

    // ---- eyes

    private Input.LocalPostgres observation() {
        boolean running = postgres.state() == PostgresState.STANDBY || postgres.state() == PostgresState.PRIMARY;
        return new Input.LocalPostgres(
                postgres.state(),
                running ? Optional.of(postgres.position()) : Optional.empty(),
                running ? postgres.rule() : Optional.empty(),
                postgres.isReceiving(),
                postgres.receiverTerm().map(Term::new),
                running ? Optional.of(postgres.branchedAt()) : Optional.empty(),
                condition);
    }

    /** From the next look on it is seen to be well, or to ail. */
    void ail(Optional<String> how) {
        condition = Condition.SOUND.ailing(how);
    }

    void observeNow() {
        step(observation());
    }

    /** Pushes a change of state or stream after the little while that noticing takes; growth alone waits for its turn. */
    private void observeSoon() {
        if (observing || core.isEmpty()) {
            return;
        }
        observing = true;
        long life = incarnation;
        world.schedule.after(world.schedule.between(500, 8_000), () -> {
            observing = false;
            runIfAlive(life, () -> {
                if (driver.filter(SimulatedDriver::isAtRest).isPresent()) {
                    observeNow();
                }
            });
        });
    }

    private void observeForever(long life) {
        world.schedule.after(OBSERVE_MICROS, () -> {
            if (life == incarnation) {
                runIfAlive(life, () -> {
                    if (driver.filter(SimulatedDriver::isAtRest).isPresent()) {
                        observeNow();
                    }
                    reportFlush();
                });
                observeForever(life);
            }
        });
    }

    private void reportFlushSoon() {
        if (view().filter(ElectionView::awaitsConfirmation).isPresent()) {
            later(world.schedule.between(100, 1_000), this::reportFlush);
        }
    }

    void reportFlush() {
        if (postgres.state() != PostgresState.PRIMARY) {
            return;
        }
        Map<NodeId, Lsn> flushed = new TreeMap<>();
        for (Connection connection : postgres.senders()) {
            if (connection.open && postgres.counts(connection)) {
                flushed.merge(connection.standby.name, new Lsn(connection.acknowledged), Lsn::max);
            }
        }
        view().ifPresent(view -> step(new Input.FlushProgress(view.term(), flushed)));
    }

    void tell(String words) {
        if (world.schedule.keeps()) {
            world.schedule.tell(name + " " + words);
        }
    }
}
