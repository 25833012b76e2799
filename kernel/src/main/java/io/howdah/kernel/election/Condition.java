package io.howdah.kernel.election;

/**
 * What else about a node's PostgreSQL bears on whether it should lead. It decides about outages and preferences, never about
 * safety: all of it may be out of date.
 *
 * @param unreplayedBytes received and not replayed yet; a promotion has to replay it first
 * @param replayPaused whether somebody has paused the replay
 */
public record Condition(long unreplayedBytes, boolean replayPaused) {
    public static final Condition SOUND = new Condition(0, false);
}
