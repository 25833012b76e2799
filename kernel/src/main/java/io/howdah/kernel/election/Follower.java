package io.howdah.kernel.election;

import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Term;
import java.util.Optional;

/**
 * Gets this node behind a leader. A node that has promised the leader's term may be pointed at it at once; any other
 * first leaves its old leader and swears, so that it never confirms anything to a leader below its promise.
 */
final class Follower {
    private static final long RETRY_MILLIS = 1_000;
    private static final int QUICK_RETRIES = 5;
    private static final long LONGEST_RETRY_MILLIS = 30_000;

    private final Workspace work;
    private final Instance instance;
    private final Suspicion suspicion;
    private boolean anew;
    private int failures;

    Follower(Workspace work, Instance instance, Suspicion suspicion) {
        this.work = work;
        this.instance = instance;
        this.suspicion = suspicion;
    }

    /** False when the leader is behind the times and should be told so. */
    boolean onFollow(Leadership leadership) {
        if (leadership.term().isBefore(work.promises.latest().term())) {
            return false;
        }
        if (work.standbyCluster) {
            return true;
        }
        switch (work.phases.current()) {
            case Phase.Recruited recruited
            when recruited.recruitment().term().isAfter(leadership.term()) -> {
                return false;
            }
            case Phase.Following following
            when following.leadership().equals(leadership) ->
                suspicion.contact(leadership.term(), leadership.leader(), work.settings.suspectMillis());
            case Phase.Following following
            when following.leadership().term().isAfter(leadership.term()) -> {
                return false;
            }
            case Phase.Waiting w -> begin(leadership);
            case Phase.Following f -> begin(leadership);
            case Phase.Recruited r -> begin(leadership);
            // The leader repeats itself until this node has come to rest.
            case Phase.Starting s -> {}
            case Phase.Promoting p -> {}
            case Phase.Confirming c -> {}
            case Phase.Leading l -> {}
            case Phase.HandingOver h -> {}
            case Phase.SteppingDown s -> {}
            case Phase.Remote r -> {}
            case Phase.Failed f -> {}
        }
        return true;
    }

    private void begin(Leadership leadership) {
        failures = 0;
        suspicion.contact(leadership.term(), leadership.leader(), work.settings.suspectMillis());
        work.learnTerm(leadership.term());
        work.learn(leadership.timeline());
        boolean promised = work.promises.durable().term().equals(leadership.term())
                && work.promises.latest().term().equals(leadership.term());
        work.phases.move(new Phase.Following(
                leadership, promised ? Phase.FollowStep.ASKED : Phase.FollowStep.QUIESCING, work.now()));
        if (promised) {
            ask(leadership);
            return;
        }
        if (work.postgres().state() != PostgresState.EMPTY
                && work.promises.latest().operation() == Promise.Operation.NONE) {
            instance.quiesce();
        }
        proceed();
    }

    /** Nothing is received any more, or there is nothing that could be: swear. */
    void proceed() {
        if (!(work.phases.current() instanceof Phase.Following following)
                || following.step() != Phase.FollowStep.QUIESCING) {
            return;
        }
        boolean quiet = instance.still().isPresent()
                || work.postgres().state() == PostgresState.EMPTY
                || work.promises.latest().operation() != Promise.Operation.NONE;
        if (!quiet) {
            return;
        }
        work.phases.move(following.at(Phase.FollowStep.PROMISING, work.now()));
        Leadership leadership = following.leadership();
        if (work.promises.latest().term().equals(leadership.term())) {
            onPersisted();
            return;
        }
        work.promise(promise -> promise.swearing(leadership.term(), 0, leadership.leader(), leadership.timeline())
                .accepting(leadership.term(), leadership.leader()));
    }

    void onPersisted() {
        if (work.phases.current() instanceof Phase.Following following
                && following.step() == Phase.FollowStep.PROMISING
                && work.promises.durable().term().equals(following.leadership().term())) {
            ask(following.leadership());
        }
    }

    private void ask(Leadership leadership) {
        anew = false;
        work.phases.move(new Phase.Following(leadership, Phase.FollowStep.ASKED, work.now()));
        instance.disturb();
        work.emit(new Effect.Follow(leadership));
        work.promise(promise -> promise.accepting(leadership.term(), leadership.leader()));
    }

    void onFollowing(Input.Following done) {
        if (work.phases.current() instanceof Phase.Following following
                && following.leadership().term().equals(done.term())
                && following.step() == Phase.FollowStep.ASKED) {
            failures = 0;
            work.phases.move(following.at(Phase.FollowStep.JOINED, work.now()));
            if (anew) {
                ask(following.leadership());
            }
        }
    }

    void onFollowFailed(Input.FollowFailed failed) {
        if (work.phases.current() instanceof Phase.Following following
                && following.leadership().term().equals(failed.term())
                && following.step() == Phase.FollowStep.ASKED) {
            work.note("following " + following.leadership().leader() + " failed: " + failed.reason());
            failures++;
            work.phases.move(following.at(Phase.FollowStep.FAILED, work.now()));
        }
    }

    /** The instance came to rest while this node follows: it was down, or an old leader had to be left. */
    void onStill() {
        if (work.phases.current() instanceof Phase.Following following) {
            switch (following.step()) {
                case QUIESCING -> proceed();
                case JOINED, FAILED -> ask(following.leadership());
                case PROMISING, ASKED -> {}
            }
        }
    }

    void settle() {
        if (!(work.phases.current() instanceof Phase.Following following)) {
            return;
        }
        switch (following.step()) {
            case FAILED -> {
                if (work.due(following.sinceMillis() + retryMillis())) {
                    ask(following.leadership());
                }
            }
            case JOINED -> {
                if (work.postgres().receiving()) {
                    work.phases.move(following.at(Phase.FollowStep.JOINED, work.now()));
                } else if (suspicion.verdict().isEmpty()
                        && work.postgres().state() == PostgresState.STANDBY
                        && work.due(following.sinceMillis() + work.settings.refollowMillis())) {
                    ask(following.leadership());
                }
            }
            case QUIESCING, PROMISING, ASKED -> {}
        }
    }

    /** What fails again and again, as on a full disk, is tried less often: each try may copy the whole data. */
    private long retryMillis() {
        int doublings = Math.clamp(failures - QUICK_RETRIES, 0, 5);
        return Math.min(LONGEST_RETRY_MILLIS, RETRY_MILLIS << doublings);
    }

    /** Something about the way in which the leader is followed has changed. */
    void onRefollow() {
        if (!(work.phases.current() instanceof Phase.Following following)) {
            return;
        }
        switch (following.step()) {
            case JOINED, FAILED -> ask(following.leadership());
            case ASKED -> anew = true;
            // What is asked for later is asked for with the change.
            case QUIESCING, PROMISING -> {}
        }
    }

    Optional<Leadership> leadership() {
        return work.phases.current() instanceof Phase.Following following
                ? Optional.of(following.leadership())
                : Optional.empty();
    }

    boolean isFollowing(Term term) {
        return leadership().filter(own -> own.term().equals(term)).isPresent();
    }
}
