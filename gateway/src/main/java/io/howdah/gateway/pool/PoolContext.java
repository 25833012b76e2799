package io.howdah.gateway.pool;

import io.howdah.gateway.metrics.SessionCounters;
import io.howdah.gateway.state.Interner;
import io.howdah.gateway.state.Profile;
import io.howdah.gateway.state.Reported;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.function.Consumer;

/** What the pools of one event loop have in common. Used on that loop only. */
public final class PoolContext {
    private static final int MAX_PROFILES = 1_000;
    /** Those who are still here may come back for a connection in a moment. */
    private static final Duration RETIRED_IDLE = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final BackendConnector connector;
    private PoolingSettings settings;
    private Duration holdLimit;
    private final SessionCounters counters;
    private final Consumer<String> forgetVerifier;
    private boolean retired;
    private final Profile bareProfile = new Profile(new LinkedHashMap<>());
    private final Interner<Profile> profiles = new Interner<>(MAX_PROFILES);
    private final Interner<Reported> reports = new Interner<>(MAX_PROFILES);
    private final Interner<StartupClass> startups = new Interner<>(MAX_PROFILES);

    /**
     * @param holdLimit how long clients wait when no connection can be opened at all
     * @param forgetVerifier told the role whose log-in a server refused
     */
    public PoolContext(
            EventLoop loop,
            BackendConnector connector,
            PoolingSettings settings,
            Duration holdLimit,
            SessionCounters counters,
            Consumer<String> forgetVerifier) {
        this.loop = loop;
        this.connector = connector;
        this.settings = settings;
        this.holdLimit = holdLimit;
        this.counters = counters;
        this.forgetVerifier = forgetVerifier;
        this.profiles.intern(bareProfile);
    }

    EventLoop loop() {
        return loop;
    }

    public BackendConnector connector() {
        return connector;
    }

    public PoolingSettings settings() {
        return settings;
    }

    /** Other rules; {@link Pools#reconfigured} has the pools that are there go by them. */
    public void reconfigure(PoolingSettings changed, Duration changedHoldLimit) {
        settings = changed;
        holdLimit = changedHoldLimit;
    }

    /** From now on no connection is kept for clients that may come: they come to another process. */
    public void retire(boolean now) {
        retired = now;
    }

    int minimum(PoolRules rules) {
        return retired ? 0 : rules.minimum();
    }

    Duration idle(PoolRules rules) {
        return retired ? RETIRED_IDLE : rules.idle();
    }

    Duration holdLimit() {
        return holdLimit;
    }

    SessionCounters counters() {
        return counters;
    }

    void forgetVerifier(String role) {
        forgetVerifier.accept(role);
    }

    /** The settings of a connection that nobody has used. */
    public Profile bareProfile() {
        return bareProfile;
    }

    public Interner<Profile> profiles() {
        return profiles;
    }

    public Interner<Reported> reports() {
        return reports;
    }

    public Interner<StartupClass> startups() {
        return startups;
    }

    /** Whether commits at this level could be lost after they were acknowledged, and nobody has allowed that. */
    boolean refusesCommitLevel(String level) {
        boolean enough = level.isEmpty() || level.equals("on") || level.equals("remote_apply");
        return !enough && !settings.weakerCommit();
    }

    long nanoTime() {
        return loop.ticker().nanoTime();
    }
}
