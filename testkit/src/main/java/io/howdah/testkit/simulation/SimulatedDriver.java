package io.howdah.testkit.simulation;

import io.howdah.kernel.election.Effect;
import io.howdah.kernel.election.ElectionPhase;
import io.howdah.kernel.election.Envelope;
import io.howdah.kernel.election.Input;
import io.howdah.kernel.election.Message;
import io.howdah.kernel.election.PostgresState;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.TimelineId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Does what the core asks for, with the delays of a real host: a lane for the promise file and a lane for the instance,
 * each strictly in order.
 */
final class SimulatedDriver {
    private final World world;
    private final SimulatedNode node;
    private final SimulatedPostgres postgres;
    private final Deque<Runnable> lane = new ArrayDeque<>();
    private boolean busy;
    private boolean alive = true;
    private Optional<Position> watched = Optional.empty();
    private final SimulatedFollower follower;

    SimulatedDriver(World world, SimulatedNode node) {
        this.world = world;
        this.node = node;
        this.postgres = node.postgres();
        this.follower = new SimulatedFollower(world, node, this);
    }

    void die() {
        alive = false;
    }

    /** False while the lane works: an observation taken now would be out of date when its completion arrives. */
    boolean isAtRest() {
        return !busy;
    }

    void perform(Effect effect) {
        switch (effect) {
            case Effect.PersistPromise persist -> persist(persist.promise());
            case Effect.Send send -> send(send.envelope());
            case Effect.Quiesce quiesce -> {
                if (follower.isChangingData()) {
                    node.later(
                            1_000,
                            () -> node.step(
                                    new Input.QuiesceFailed(quiesce.token(), "the data directory is being changed")));
                } else {
                    follower.cancel();
                    inLane(() -> quiesce(quiesce.token()));
                }
            }
            case Effect.Promote promote -> inLane(() -> promote(promote));
            case Effect.WriteRule write -> writeRule(write);
            case Effect.ApplyQuorum apply ->
                inLane(() -> finish(world.schedule.between(1_000, 10_000), () -> {
                    if (postgres.state() == PostgresState.PRIMARY) {
                        postgres.apply(apply.setting());
                        world.invariants.keepsQuorum(postgres);
                        node.step(new Input.QuorumApplied(apply.term(), apply.setting()));
                    }
                }));
            case Effect.Follow follow -> follower.follow(follow.leadership());
            case Effect.FollowRemote f -> throw new IllegalStateException("no standby cluster is simulated");
            case Effect.WatchPosition watch -> watch(watch.position());
            case Effect.OpenGate open ->
                world.invariants.opensGate(postgres, open.term().value());
            case Effect.CloseGate c -> {}
            case Effect.StartDrain drain ->
                node.later(
                        world.schedule.between(1_000, 20_000),
                        () -> node.step(new Input.GatewaysDrained(drain.drain())));
            case Effect.EndDrain e -> {}
            case Effect.HandOver handOver -> {
                follower.cancel();
                inLane(() -> handOver(handOver.token()));
            }
            case Effect.ReportSwitchover report -> world.clients.switchedOver(report);
            case Effect.ReportPreflight r -> {}
            case Effect.ReportRemoval r -> {}
            case Effect.ReportForced report -> {
                // One that accepts no loss needs no pardon.
                if (!report.done() && report.request().startsWith("force")) {
                    world.invariants.forgetsOrder(node.name());
                }
            }
            case Effect.RecordAccession r -> {}
            case Effect.PersistPause p -> {}
            case Effect.Note n -> {}
        }
    }

    void inLane(Runnable task) {
        lane.add(task);
        proceed();
    }

    private void proceed() {
        if (!busy && !lane.isEmpty() && alive) {
            busy = true;
            lane.remove().run();
        }
    }

    /** Ends the lane's present task after a while. A task must end exactly once. */
    void finish(long micros, Runnable last) {
        node.later(micros, () -> {
            busy = false;
            last.run();
            proceed();
        });
    }

    private void persist(Promise promise) {
        long micros = postgres.syncMicros();
        boolean early = world.scenario.fault() == PlantedFault.PROMISE_NOT_SYNCED;
        node.later(early ? micros + 400_000 : micros, () -> node.disk(promise));
        node.later(early ? 100 : micros, () -> {
            recordOwnVoice(promise);
            node.step(new Input.PromisePersisted(promise));
            follower.onPersisted(promise);
        });
    }

    /** A coordinator's voice for its own round never travels; it is given when it is durable. */
    private void recordOwnVoice(Promise promise) {
        boolean recruited = node.view()
                .filter(view -> view.phase() == ElectionPhase.RECRUITED)
                .isPresent();
        if (recruited
                && promise.round() != 0
                && promise.coordinator().filter(node.name()::equals).isPresent()) {
            world.invariants.votesOncePerTerm(
                    node.name(), promise.term().value(), promise.round(), postgres.position());
            world.invariants.votesWithItsData(postgres);
        }
    }

    private void send(Envelope envelope) {
        SimulatedNode to = world.node(envelope.to());
        if (envelope.message() instanceof Message.RecruitReply reply && reply.granted()) {
            world.invariants.votesOncePerTerm(
                    node.name(),
                    reply.term().value(),
                    reply.round(),
                    reply.position().orElseThrow());
            world.invariants.votesWithItsData(postgres);
        }
        world.network.datagram(node.index(), to.index(), () -> to.deliver(envelope));
    }

    private void quiesce(long token) {
        switch (postgres.state()) {
            case EMPTY -> finish(1_000, () -> node.step(new Input.QuiesceFailed(token, "no data")));
            case STANDBY -> {
                if (postgres.isPaused()) {
                    postgres.crash(false);
                    restart(token);
                } else {
                    postgres.followNobody();
                    long micros = Math.max(world.schedule.between(1_000, 15_000), postgres.syncMicros());
                    finish(micros, () -> quiet(token));
                }
            }
            case DOWN, STARTING -> restart(token);
            case PRIMARY -> {
                if (postgres.isPaused()) {
                    postgres.crash(false);
                } else {
                    postgres.stop(false);
                }
                restart(token);
            }
        }
    }

    private void restart(long token) {
        finish(world.schedule.between(50_000, 400_000), () -> {
            if (postgres.state() == PostgresState.DOWN) {
                postgres.startAsStandby();
            }
            quiet(token);
        });
    }

    private void quiet(long token) {
        if (postgres.state() == PostgresState.STANDBY && !postgres.isReceiving()) {
            // A receiver flushes what it has written before it goes.
            postgres.flushAll();
            node.observeNow();
            node.step(new Input.Quiesced(token, postgres.position(), postgres.rule()));
        } else {
            node.step(new Input.QuiesceFailed(token, "it is " + postgres.state()));
        }
    }

    private void promote(Effect.Promote effect) {
        finish(world.schedule.between(10_000, 60_000), () -> {
            if (postgres.state() != PostgresState.STANDBY || postgres.isPaused()) {
                node.step(new Input.PromotionFailed(effect.rule().term(), "PostgreSQL is " + postgres.state()));
                return;
            }
            int target = effect.rule().timeline().value();
            int own = world.scenario.fault() == PlantedFault.TIMELINES_EQUAL ? postgres.timeline() + 1 : target;
            world.invariants.promotesOncePerTerm(node.name(), effect.rule());
            if (!world.invariants.isOrdered(postgres, effect.rule())) {
                world.invariants.winsByPosition(
                        postgres, effect.rule(), node.view().orElseThrow().promise());
            }
            world.invariants.picksTimeline(node.name(), effect.rule().term().value(), own);
            Position branchedAt = postgres.position();
            postgres.promote(own, effect.setting(), effect.rule().term().value());
            world.invariants.keepsQuorum(postgres);
            node.observeNow();
            node.step(new Input.Promoted(effect.rule().term(), new TimelineId(target), branchedAt));
        });
    }

    private void writeRule(Effect.WriteRule write) {
        node.later(world.schedule.between(200, 2_000), () -> {
            if (postgres.state() != PostgresState.PRIMARY) {
                node.step(new Input.RuleFailed(write.rule(), "PostgreSQL is " + postgres.state()));
                return;
            }
            boolean expected = postgres.ruleUpTo(postgres.log().size())
                    .filter(found -> found.term().isBefore(write.rule().term())
                            || found.subterm() == write.rule().subterm() - 1)
                    .isPresent();
            if (!expected) {
                node.step(new Input.RuleFailed(write.rule(), "the row was changed by somebody else"));
                return;
            }
            world.invariants.writesRule(postgres, write.rule());
            LogRecord[] row = new LogRecord[1];
            row[0] = postgres.commit(
                    new LogRecord.RuleRow(write.rule()),
                    () -> node.later(
                            world.schedule.between(100, 1_000),
                            () -> node.step(new Input.RuleCommitted(write.rule(), new Lsn(row[0].lsn())))));
            world.invariants.keepsQuorum(postgres);
            if (world.scenario.fault() == PlantedFault.BARRIER_SKIPPED) {
                pretendHeld(write, row[0]);
            }
        });
    }

    private void pretendHeld(Effect.WriteRule write, LogRecord row) {
        java.util.TreeMap<io.howdah.kernel.model.NodeId, Lsn> everybody = new java.util.TreeMap<>();
        write.rule().members().forEach(member -> everybody.put(member, new Lsn(row.lsn())));
        node.step(new Input.RuleCommitted(write.rule(), new Lsn(row.lsn())));
        node.step(new Input.FlushProgress(write.rule().term(), everybody));
    }

    private void handOver(long token) {
        if (postgres.state() != PostgresState.PRIMARY || postgres.isPaused()) {
            finish(1_000, () -> node.step(new Input.HandOverFailed(token, "PostgreSQL is " + postgres.state())));
            return;
        }
        node.later(world.schedule.between(20_000, 60_000), () -> {
            if (postgres.state() != PostgresState.PRIMARY || postgres.isPaused()) {
                finish(1_000, () -> node.step(new Input.HandOverFailed(token, "PostgreSQL died")));
                return;
            }
            postgres.stop(true);
            Position end = postgres.position();
            node.step(new Input.HandedOver(token, end));
            finish(1_000, node::observeNow);
        });
    }

    private void watch(Position position) {
        watched = Optional.of(position);
        look();
    }

    private void look() {
        if (watched.isEmpty()) {
            return;
        }
        boolean reached = !postgres.position().isBefore(watched.get());
        if (reached || !postgres.isReceiving()) {
            watched = Optional.empty();
            if (isAtRest()) {
                node.observeNow();
            }
        } else {
            node.later(2_000, this::look);
        }
    }
}
