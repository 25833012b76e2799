package io.howdah.kernel.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What its operator wishes of one node. Tags guide choices and never safety: whoever heard of a tag late, or not at all,
 * makes a choice that is safe and less welcome.
 *
 * @param neverLeader the node is not to serve as leader; should it alone hold what was committed, it leads with a closed
 *     gate until another node has caught up, and hands over to that one
 * @param priority preference among equally advanced candidates; the higher wins
 * @param noLoadBalance gateways send no reads there
 * @param cloneSource new nodes copy from this one rather than from the leader
 * @param nonVoter the node holds a copy and is no member of the rule
 * @param delay how long it waits before it replays a commit; a delayed node is no member either
 * @param upstream the standby that it streams from instead of the leader; such a node is no member either, since its
 *     confirmations do not reach the leader
 */
public record NodeTags(
        boolean neverLeader,
        int priority,
        boolean noLoadBalance,
        boolean cloneSource,
        boolean nonVoter,
        Duration delay,
        Optional<NodeId> upstream) {
    public static final String NEVER_LEADER = "never-leader";
    public static final String PRIORITY = "priority";
    public static final String NO_LOAD_BALANCE = "no-load-balance";
    public static final String CLONE_FROM = "clone-from";
    public static final String NON_VOTER = "non-voter";
    public static final String DELAY = "delay";
    public static final String UPSTREAM = "upstream";

    /** The names of all tags. */
    public static final List<String> NAMES =
            List.of(NEVER_LEADER, PRIORITY, NO_LOAD_BALANCE, CLONE_FROM, NON_VOTER, DELAY, UPSTREAM);

    public static final NodeTags NONE = new NodeTags(false, 0, false, false, false, Duration.ZERO, Optional.empty());

    private static final int PRIORITY_LIMIT = 1000;
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})(s|m|min|h|d)");

    /** Whether the node may be a member of the rule. */
    public boolean mayVote() {
        return !nonVoter && delay.isZero() && upstream.isEmpty();
    }

    /**
     * The same tags with one of them changed.
     *
     * @param name one of {@link #NAMES}
     * @param value {@code true} or {@code false}, or what the tag holds; empty takes the tag away
     * @throws IllegalArgumentException saying what is wrong
     */
    public NodeTags with(String name, String value) {
        return switch (name) {
            case NEVER_LEADER ->
                new NodeTags(flag(name, value), priority, noLoadBalance, cloneSource, nonVoter, delay, upstream);
            case PRIORITY ->
                new NodeTags(neverLeader, number(value), noLoadBalance, cloneSource, nonVoter, delay, upstream);
            case NO_LOAD_BALANCE ->
                new NodeTags(neverLeader, priority, flag(name, value), cloneSource, nonVoter, delay, upstream);
            case CLONE_FROM ->
                new NodeTags(neverLeader, priority, noLoadBalance, flag(name, value), nonVoter, delay, upstream);
            case NON_VOTER ->
                new NodeTags(neverLeader, priority, noLoadBalance, cloneSource, flag(name, value), delay, upstream);
            case DELAY ->
                new NodeTags(neverLeader, priority, noLoadBalance, cloneSource, nonVoter, time(value), upstream);
            case UPSTREAM ->
                new NodeTags(
                        neverLeader,
                        priority,
                        noLoadBalance,
                        cloneSource,
                        nonVoter,
                        delay,
                        value.isEmpty() ? Optional.empty() : Optional.of(new NodeId(value)));
            default ->
                throw new IllegalArgumentException(
                        "there is no tag '%s'; there are %s".formatted(name, String.join(", ", NAMES)));
        };
    }

    /** Reads what {@link #toString} wrote. */
    public static NodeTags parse(String text) {
        NodeTags tags = NONE;
        for (String word : text.strip().split("\\s+")) {
            if (!word.isEmpty()) {
                String[] parts = word.split("=", 2);
                tags = tags.with(parts[0], parts.length == 2 ? parts[1] : "true");
            }
        }
        return tags;
    }

    /** The tags that are set, separated by blanks; empty when there are none. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        if (neverLeader) {
            words.add(NEVER_LEADER);
        }
        if (priority != 0) {
            words.add(PRIORITY + "=" + priority);
        }
        if (noLoadBalance) {
            words.add(NO_LOAD_BALANCE);
        }
        if (cloneSource) {
            words.add(CLONE_FROM);
        }
        if (nonVoter) {
            words.add(NON_VOTER);
        }
        if (!delay.isZero()) {
            words.add(DELAY + "=" + written(delay));
        }
        upstream.ifPresent(node -> words.add(UPSTREAM + "=" + node));
        return String.join(" ", words);
    }

    /** In the largest unit that fits, so that it has no more digits than what was read. */
    private static String written(Duration time) {
        if (time.equals(Duration.ofDays(time.toDays()))) {
            return time.toDays() + "d";
        }
        if (time.equals(Duration.ofHours(time.toHours()))) {
            return time.toHours() + "h";
        }
        return time.equals(Duration.ofMinutes(time.toMinutes())) ? time.toMinutes() + "m" : time.toSeconds() + "s";
    }

    private static boolean flag(String name, String value) {
        return switch (value) {
            case "true" -> true;
            case "false", "" -> false;
            default -> throw new IllegalArgumentException("%s is true or false, not '%s'".formatted(name, value));
        };
    }

    private static int number(String value) {
        if (!value.matches("|-?\\d{1,4}") || (!value.isEmpty() && Math.abs(Integer.parseInt(value)) > PRIORITY_LIMIT)) {
            throw new IllegalArgumentException(
                    "priority is a number from -%d to %d, not '%s'".formatted(PRIORITY_LIMIT, PRIORITY_LIMIT, value));
        }
        return value.isEmpty() ? 0 : Integer.parseInt(value);
    }

    private static Duration time(String value) {
        if (value.isEmpty() || value.equals("0")) {
            return Duration.ZERO;
        }
        Matcher matcher = TIME.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("delay is a time such as 30s, 5m or 1h, not '%s'".formatted(value));
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m", "min" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
