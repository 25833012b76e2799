package io.howdah.server.node;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.howdah.kernel.election.Accession;
import io.howdah.kernel.election.Effect;
import io.howdah.kernel.election.ElectionCore;
import io.howdah.kernel.election.ElectionView;
import io.howdah.kernel.election.Input;
import io.howdah.kernel.election.PostgresState;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Position;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop around the election core. All that can happen arrives as an {@link Input} in one queue; one thread feeds the
 * core, hands each effect to whoever carries it out, and pins the resulting status to the board. Nothing in this thread
 * waits for a disk, a network or PostgreSQL.
 *
 * <pre>
 *   peers, monitor, lanes, orders --Input--> [queue] --> core.step --Effect--> promise lane   (PersistPromise)
 *                                               ^                     |------> instance lane  (Quiesce, Promote, Follow ...)
 *                                               |                     |------> messages       (Send)
 *                                               +---- answers --------+------> status board, drain roll, orders
 * </pre>
 */
final class NodeAgent {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);
    private static final long TICK_MILLIS = 50;

    /** Everything that carries out effects. */
    record Hands(
            PromiseLane promises,
            InstanceLane lane,
            Consumer<Effect.WriteRule> ruleWriter,
            Consumer<Accession> history,
            InstanceMonitor monitor,
            MessageLink messages,
            DrainRoll drains,
            SwitchoverDesk switchovers,
            MemberDesk members,
            PauseDesk pauses) {}

    private final ElectionCore core;
    private final LongSupplier clockMillis;
    private final StatusComposer composer;
    private final StatusBoard board;
    private final PeerBook peers;
    private final BlockingQueue<Input> inputs = new LinkedBlockingQueue<>();
    private final Thread thread;

    /** Guards the order of completions and observations in the queue. */
    private final Object order = new Object();

    @GuardedBy("order")
    private long completions;

    /** Confined to the agent's thread once started. */
    private @Nullable Hands hands;

    private volatile Observation latestObservation = Observation.without(PostgresState.DOWN); // written by the monitor
    private volatile Activity activity = Activity.NONE; // written by the instance lane, read by the agent
    private volatile boolean closed;
    private long sequence;

    NodeAgent(ElectionCore core, LongSupplier clockMillis, StatusComposer composer, StatusBoard board, PeerBook peers) {
        this.core = core;
        this.clockMillis = clockMillis;
        this.composer = composer;
        this.board = board;
        this.peers = peers;
        this.thread = Thread.ofPlatform().name("election").unstarted(this::run);
    }

    void start(Hands carryingOut) {
        hands = carryingOut;
        thread.start();
    }

    /** Tells the core something; any thread. */
    void tell(Input input) {
        inputs.add(input);
    }

    /** Something that the core asked of the instance has ended; any thread. */
    void complete(Input completion) {
        synchronized (order) {
            completions++;
            inputs.add(completion);
        }
    }

    /** How many completions there have been: to be read before looking at the instance. */
    long completions() {
        synchronized (order) {
            return completions;
        }
    }

    /**
     * The instance monitor looked; any thread. An observation that began before the latest completion may show what that
     * completion has changed, and would contradict it: it is dropped.
     *
     * @return false when it was dropped
     */
    boolean observed(Observation observation, long completionsBefore) {
        synchronized (order) {
            if (completions != completionsBefore) {
                return false;
            }
            latestObservation = observation;
            inputs.add(observation.local());
            observation.flushed().ifPresent(inputs::add);
        }
        // A status that was under way when its sender died must not make the others wait for more of them.
        peers.refused().forEach(peer -> inputs.add(new Input.PeerLost(peer, true)));
        return true;
    }

    /** Shows work on the data directory in the status; any thread. */
    void showActivity(Activity current) {
        activity = current;
        inputs.add(new Input.Tick());
    }

    void stop() throws InterruptedException {
        closed = true;
        inputs.add(new Input.Tick());
        thread.join();
    }

    private void run() {
        while (!closed) {
            try {
                Input first = inputs.poll(waitMillis(), TimeUnit.MILLISECONDS);
                step(first == null ? new Input.Tick() : first);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // A core that contradicts itself must not go on deciding.
                LOG.error("the election stopped: {}", e.getMessage(), e);
                Runtime.getRuntime().halt(70);
            }
        }
    }

    private long waitMillis() {
        long untilWake = core.view().wakeAtMillis() - clockMillis.getAsLong();
        return Math.clamp(untilWake, 0, TICK_MILLIS);
    }

    private void step(Input input) {
        List<Effect> effects = core.step(clockMillis.getAsLong(), input);
        Hands working = hands;
        if (working == null) {
            throw new IllegalStateException("not started");
        }
        for (Effect effect : effects) {
            carryOut(working, effect);
        }
        publish();
    }

    private void carryOut(Hands working, Effect effect) {
        switch (effect) {
            case Effect.PersistPromise persist -> working.promises().persist(persist);
            case Effect.Send send -> working.messages().send(send.envelope());
            case Effect.Quiesce quiesce -> submit(working, quiesce);
            case Effect.Promote promote -> submit(working, promote);
            case Effect.ApplyQuorum apply -> submit(working, apply);
            case Effect.Follow follow -> submit(working, follow);
            case Effect.FollowRemote follow -> submit(working, follow);
            case Effect.HandOver handOver -> submit(working, handOver);
            case Effect.WriteRule write -> working.ruleWriter().accept(write);
            case Effect.WatchPosition watch -> working.monitor().watch(watch.position());
            case Effect.OpenGate open -> LOG.info("gate open in term {}", open.term());
            case Effect.CloseGate close -> LOG.info("gate closed: {}", close.reason());
            case Effect.StartDrain start -> {
                working.switchovers().drainStarted();
                working.drains().start(start.drain());
            }
            case Effect.EndDrain end -> working.drains().end();
            case Effect.ReportSwitchover report -> working.switchovers().report(report);
            case Effect.ReportPreflight report -> working.switchovers().report(report);
            case Effect.ReportRemoval report ->
                working.members().report(report.request(), report.done(), report.words());
            case Effect.ReportForced report ->
                working.members().report(report.request(), report.done(), report.words());
            case Effect.RecordAccession record -> working.history().accept(record.accession());
            case Effect.PersistPause persist -> working.pauses().keep(persist.pause());
            case Effect.Note note -> LOG.info("{}", note.words());
        }
    }

    private static void submit(Hands working, Effect effect) {
        LOG.info("{}", effect);
        working.lane().submit(effect);
    }

    private void publish() {
        Observation seen = latestObservation;
        ElectionView view = core.view();
        boolean leaseFresh = view.leaseUntilMillis() > clockMillis.getAsLong();
        Optional<Lsn> leaderLsn = view.leader().flatMap(this::lastLsnOf);
        board.publish(composer.compose(++sequence, view, leaseFresh, seen, activity, leaderLsn));
        Hands working = hands;
        if (working != null) {
            working.monitor().hurry(isHurried(view));
        }
    }

    private static boolean isHurried(ElectionView view) {
        return switch (view.phase()) {
            case PROMOTING, CONFIRMING, HANDING_OVER, RECRUITED, STARTING -> true;
            case WAITING, FOLLOWING, LEADING, STEPPING_DOWN, REMOTE, FAILED -> false;
        };
    }

    private Optional<Lsn> lastLsnOf(NodeId leader) {
        return peers.lastHeard(leader).flatMap(NodeStatus::position).map(Position::lsn);
    }
}
