package io.howdah.kernel.election;

import java.util.Optional;

/**
 * What else about a node's PostgreSQL bears on whether it should lead. It decides about outages and preferences, never about
 * safety: all of it may be out of date.
 *
 * @param unreplayedBytes received and not replayed yet; a promotion has to replay it first
 * @param replayPaused whether somebody has paused the replay
 * @param ailment why it will soon be of no use although it still works, as a predicate: "is being shut down"; a leader
 *     with one hands over to somebody without
 */
public record Condition(long unreplayedBytes, boolean replayPaused, Optional<String> ailment) {
    public static final Condition SOUND = new Condition(0, false, Optional.empty());

    public static Condition ofReplay(long unreplayedBytes, boolean paused) {
        return new Condition(unreplayedBytes, paused, Optional.empty());
    }

    public Condition ailing(Optional<String> how) {
        return new Condition(unreplayedBytes, replayPaused, how);
    }

    /** Whether anything but the distance differs, which moves all the time. */
    public boolean isUnlike(Condition other) {
        return replayPaused != other.replayPaused || !ailment.equals(other.ailment);
    }
}
