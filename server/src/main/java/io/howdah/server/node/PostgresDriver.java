package io.howdah.server.node;

import io.howdah.kernel.election.Effect;
import io.howdah.kernel.election.Input;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.process.ControlFile;
import io.howdah.postgres.process.StopOutcome;
import io.howdah.postgres.process.TimelineHistory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what the core wants done to PostgreSQL into deeds, and reports how they ended. Runs on the instance lane, one
 * effect at a time, except {@link #writeRule}, whose commit waits for other nodes and therefore has a thread of its own.
 *
 * <p>Every effect that has a completion gets exactly one, success or failure; a deed that was interrupted for a more
 * important one fails.
 */
final class PostgresDriver {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresDriver.class);
    private static final Duration CHECKPOINT_AFTER = Duration.ofMillis(500);

    private final ClusterId cluster;
    private final ManagedInstance instance;
    private final Rejoin rejoin;
    private final Consumer<Input> answers;
    private final Consumer<Activity> activities;

    /** Opened while the promotion goes on, for the first rule of the term. */
    private final AtomicReference<Optional<RuleSession>> ruleSession = new AtomicReference<>(Optional.empty());

    PostgresDriver(
            ClusterId cluster,
            ManagedInstance instance,
            Rejoin rejoin,
            Consumer<Input> answers,
            Consumer<Activity> activities) {
        this.cluster = cluster;
        this.instance = instance;
        this.rejoin = rejoin;
        this.answers = answers;
        this.activities = activities;
    }

    /** Carries out one effect of the instance lane. */
    void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Quiesce quiesce -> quiesce(quiesce);
            case Effect.Promote promote -> promote(promote);
            case Effect.ApplyQuorum apply -> applyQuorum(apply);
            case Effect.Follow follow -> follow(follow);
            case Effect.FollowRemote follow -> followRemote(follow);
            case Effect.HandOver handOver -> handOver(handOver);
            case Effect.PersistPromise e -> throw misrouted(e);
            case Effect.Send e -> throw misrouted(e);
            case Effect.WriteRule e -> throw misrouted(e);
            case Effect.WatchPosition e -> throw misrouted(e);
            case Effect.OpenGate e -> throw misrouted(e);
            case Effect.CloseGate e -> throw misrouted(e);
            case Effect.StartDrain e -> throw misrouted(e);
            case Effect.EndDrain e -> throw misrouted(e);
            case Effect.ReportSwitchover e -> throw misrouted(e);
            case Effect.ReportPreflight e -> throw misrouted(e);
            case Effect.ReportRemoval e -> throw misrouted(e);
            case Effect.ReportForced e -> throw misrouted(e);
            case Effect.RecordAccession e -> throw misrouted(e);
            case Effect.PersistPause e -> throw misrouted(e);
            case Effect.Note e -> throw misrouted(e);
        }
    }

    private void quiesce(Effect.Quiesce quiesce) {
        try {
            if (!rejoin.dataIsTrusted()) {
                answers.accept(new Input.QuiesceFailed(quiesce.token(), "there is no data to vote with"));
                return;
            }
            Position position = instance.quiesce();
            // A rule older than the log's newest could make a majority of those who no longer are one.
            Optional<Rule> rule = instance.showsWholeLog() ? instance.rule() : Optional.empty();
            answers.accept(new Input.Quiesced(quiesce.token(), position, rule));
        } catch (RuntimeException e) {
            answers.accept(new Input.QuiesceFailed(quiesce.token(), words(e)));
        }
    }

    private void promote(Effect.Promote promote) {
        Rule rule = promote.rule();
        ruleSession.getAndSet(Optional.of(RuleSession.open(instance))).ifPresent(RuleSession::close);
        try {
            instance.promote(rule, promote.setting());
            TimelineId timeline = instance.position().timeline();
            if (!timeline.equals(rule.timeline())) {
                throw new NodeException(
                        "PostgreSQL chose timeline %s where %s was promised".formatted(timeline, rule.timeline()),
                        "another election follows by itself");
            }
            Position branchedAt = instance.data()
                    .history(timeline)
                    .flatMap(TimelineHistory::branchedAt)
                    .orElseThrow(() -> new NodeException(
                            "timeline %s has no history".formatted(timeline), "another election follows by itself"));
            answers.accept(new Input.Promoted(rule.term(), timeline, branchedAt));
            Thread.ofVirtual().name("checkpoint").start(this::checkpointLater);
        } catch (RuntimeException e) {
            ruleSession.getAndSet(Optional.empty()).ifPresent(RuleSession::close);
            answers.accept(new Input.PromotionFailed(rule.term(), words(e)));
        }
    }

    private void applyQuorum(Effect.ApplyQuorum apply) {
        try {
            instance.requireConfirmation(apply.term(), apply.setting());
            answers.accept(new Input.QuorumApplied(apply.term(), apply.setting()));
        } catch (RuntimeException e) {
            LOG.warn("the quorum could not be applied: {}", words(e));
        }
    }

    private void follow(Effect.Follow follow) {
        try {
            rejoin.follow(follow.leadership());
            answers.accept(new Input.Following(follow.leadership().term()));
        } catch (InterruptedException e) {
            activities.accept(Activity.NONE);
            answers.accept(new Input.FollowFailed(follow.leadership().term(), "an election came between"));
        } catch (RuntimeException e) {
            LOG.warn("cannot follow {}: {}", follow.leadership().leader(), words(e), e);
            activities.accept(new Activity(
                    Activity.Kind.NONE, "cannot follow " + follow.leadership().leader() + ": " + words(e)));
            answers.accept(new Input.FollowFailed(follow.leadership().term(), words(e)));
        }
    }

    private void followRemote(Effect.FollowRemote follow) {
        try {
            rejoin.followRemote(follow.through());
            answers.accept(new Input.FollowingRemote(follow.through(), ""));
        } catch (InterruptedException e) {
            activities.accept(Activity.NONE);
            answers.accept(new Input.FollowingRemote(follow.through(), "something more important came between"));
        } catch (RuntimeException e) {
            LOG.warn("cannot follow the remote primary: {}", words(e), e);
            activities.accept(Activity.NONE);
            answers.accept(new Input.FollowingRemote(follow.through(), words(e)));
        }
    }

    private void handOver(Effect.HandOver handOver) {
        try {
            StopOutcome outcome = instance.stop();
            if (outcome == StopOutcome.CLEAN) {
                ControlFile control = instance.data().readControl();
                // The shutdown checkpoint is the last record; whoever is past its first byte holds it.
                Position end = new Position(
                        control.checkpointTimeline(), control.checkpoint().plus(1));
                answers.accept(new Input.HandedOver(handOver.token(), end));
            } else {
                answers.accept(new Input.HandOverFailed(handOver.token(), "PostgreSQL stopped " + outcome));
            }
        } catch (RuntimeException e) {
            answers.accept(new Input.HandOverFailed(handOver.token(), words(e)));
        }
    }

    /** Writes the rule row and waits, on a thread of its own, until its commit returned. */
    void writeRule(Effect.WriteRule effect) {
        Thread.ofVirtual().name("rule-writer").start(() -> {
            try {
                answers.accept(committed(effect.rule(), effect.reason()));
            } catch (RuntimeException e) {
                answers.accept(new Input.RuleFailed(effect.rule(), words(e)));
            }
        });
    }

    private Input committed(Rule rule, String reason) {
        try (RuleSession session =
                ruleSession.getAndSet(Optional.empty()).orElseGet(() -> RuleSession.open(instance))) {
            return session.write(cluster, rule, reason);
        }
    }

    /**
     * Followers that diverged can only rewind to a leader whose control file knows the new timeline. It need not be at once:
     * the first row of the term wants the disk more.
     */
    private void checkpointLater() {
        try {
            Thread.sleep(CHECKPOINT_AFTER);
            instance.checkpoint();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.info("the checkpoint after promotion did not finish: {}", words(e));
        }
    }

    private static IllegalStateException misrouted(Effect effect) {
        return new IllegalStateException("not for the instance lane: " + effect);
    }

    private static String words(RuntimeException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
