package io.howdah.server.node;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.quorum.QuorumSetting;
import io.howdah.kernel.quorum.StandbyName;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresConnectionException;
import io.howdah.postgres.client.PostgresException;
import io.howdah.postgres.process.DataDirectory;
import io.howdah.postgres.process.DataState;
import io.howdah.postgres.process.PostgresProcess;
import io.howdah.postgres.process.PostgresServer;
import io.howdah.postgres.process.PostgresVersion;
import io.howdah.postgres.process.ReplicationControl;
import io.howdah.postgres.process.ReplicationSettings;
import io.howdah.postgres.process.RuleTable;
import io.howdah.postgres.process.ServerConfiguration;
import io.howdah.postgres.process.StopOutcome;
import io.howdah.postgres.process.SynchronousStandbys;
import io.howdah.postgres.process.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL of this node, as the instance lane handles it. Always started as a standby that receives nothing and whose
 * commits would wait for ever, so that nothing can happen before the election says so.
 *
 * <p>The lane's thread alone changes the instance; {@link #process()} may be read from any thread.
 */
final class ManagedInstance {
    private static final Logger LOG = LoggerFactory.getLogger(ManagedInstance.class);

    static final String SUPERUSER = "postgres";
    static final String DATABASE = "postgres";
    static final String REPLICATION_ROLE = "howdah_replication";
    static final String GATEWAY_ROLE = "howdah_gateway";

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration FAST_STOP_LIMIT = Duration.ofMillis(2500);
    private static final Duration RECEIVER_LIMIT = Duration.ofSeconds(10);
    private static final Duration RULE_LIMIT = Duration.ofMillis(1500);
    private static final Duration REPLAY_LIMIT = Duration.ofSeconds(60);
    private static final Duration PROMOTE_LIMIT = Duration.ofSeconds(30);

    private final ClusterId cluster;
    private final PostgresServer server;
    private final DataDirectory data;
    private final ServerConfiguration configuration;
    private final Credential superuser;
    private final Runnable changed;

    private volatile @Nullable PostgresProcess process; // written by the lane, read by the monitor
    private volatile boolean stopping; // as above

    /** Confined to the lane. */
    private @Nullable PostgresClient client;

    /** @param changed called whenever the instance came, went or changed its role */
    ManagedInstance(
            ClusterId cluster,
            PostgresServer server,
            DataDirectory data,
            ServerConfiguration configuration,
            String superuserPassword,
            Runnable changed) {
        this.cluster = cluster;
        this.server = server;
        this.data = data;
        this.configuration = configuration;
        this.superuser = new Credential.Password(superuserPassword);
        this.changed = changed;
    }

    DataDirectory data() {
        return data;
    }

    Optional<PostgresProcess> process() {
        return Optional.ofNullable(process).filter(PostgresProcess::isAlive);
    }

    boolean hasData() {
        return data.state() instanceof DataState.Initialized;
    }

    /** Takes over a postmaster that outlived an earlier node process. */
    boolean adopt() {
        Optional<PostgresProcess> running = server.adopt();
        running.ifPresent(this::watch);
        return running.isPresent();
    }

    /** Starts, if it does not run, as a standby that receives nothing. */
    void startIsolated() {
        finishShutdown();
        if (process().isEmpty()) {
            configuration.writeReplication(ReplicationSettings.ISOLATED);
            forgetClient();
            PostgresProcess started = server.launch();
            watch(started);
            started.awaitReady(START_LIMIT);
            changed.run();
        }
    }

    /**
     * Starts as a standby of this upstream. Data that was just rewound or cloned may need the upstream's log before it is
     * consistent; started on its own it would wait for ever.
     */
    void startFollowing(Upstream upstream) {
        configuration.writeReplication(ReplicationSettings.ISOLATED.withUpstream(Optional.of(upstream)));
        forgetClient();
        PostgresProcess started = server.launch();
        watch(started);
        started.awaitReady(START_LIMIT);
        changed.run();
    }

    /** What somebody else has begun is brought to its end, so that PostgreSQL can be started again. */
    private void finishShutdown() {
        if (process().filter(PostgresProcess::isStopping).isPresent()) {
            LOG.warn("PostgreSQL is being shut down by somebody else; that is finished now and it starts again");
            stop();
        }
    }

    /** Stops fast, immediately if that takes too long. */
    StopOutcome stop() {
        stopping = true;
        try {
            forgetClient();
            StopOutcome outcome =
                    process().map(running -> running.stop(FAST_STOP_LIMIT)).orElse(StopOutcome.WAS_STOPPED);
            process = null;
            return outcome;
        } finally {
            stopping = false;
            changed.run();
        }
    }

    /** Whether it is being stopped by order of this node. */
    boolean isStopping() {
        return stopping;
    }

    boolean inRecovery() {
        return control().inRecovery();
    }

    /** Makes it a standby that receives nothing and has replayed all it has; returns how far that reaches. */
    Position quiesce() {
        PostgresClient before = client;
        try {
            return quiesceOnce();
        } catch (PostgresException | PostgresConnectionException e) {
            // Somebody may have terminated the connection long ago; that must not cost this node its voice.
            if (before == null || !before.isBroken() || process().isEmpty()) {
                throw e;
            }
            LOG.info("the connection to PostgreSQL was lost and is made anew: {}", e.getMessage());
            return quiesceOnce();
        }
    }

    private Position quiesceOnce() {
        if (process().isPresent() && !inRecovery()) {
            stop();
        }
        startIsolated();
        ReplicationControl control = control();
        if (control.resumeReplay()) {
            LOG.warn("replay was paused; it goes on because this node's voice is wanted");
        }
        control.stopReceiver(RECEIVER_LIMIT);
        return control.position(REPLAY_LIMIT);
    }

    /** Whether a query sees the newest rule that is in the log; replay may be behind. */
    boolean showsWholeLog() {
        return control().awaitReplay(RULE_LIMIT);
    }

    /** Whether the log arrives from somewhere; false while PostgreSQL does not run. */
    boolean isStreaming() {
        return process().isPresent() && control().isStreaming();
    }

    Position position() {
        return control().position(REPLAY_LIMIT);
    }

    Optional<Rule> rule() {
        return new RuleTable(client(), cluster).read();
    }

    void follow(Upstream upstream) {
        control().follow(upstream);
        changed.run();
    }

    /** The setting by which a standby replays later than it receives. */
    static Map<String, String> delayed(Duration delay) {
        return delay.isZero() ? Map.of() : Map.of("recovery_min_apply_delay", delay.toMillis() + "ms");
    }

    /** From now on these settings hold; those that need no restart at once. Any thread. */
    void override(Map<String, String> settings, PostgresVersion version) {
        configuration.override(settings);
        configuration.write(version);
        process().ifPresent(PostgresProcess::reload);
    }

    /** Whom it streams from, as configured. */
    Optional<Upstream> upstream() {
        return configuration.replication().upstream();
    }

    void requireConfirmation(Term term, QuorumSetting setting) {
        control().requireConfirmation(standbys(term, setting), RECEIVER_LIMIT);
    }

    void promote(Rule rule, QuorumSetting setting) {
        requireConfirmation(rule.term(), setting);
        data.reserveTimelinesBelow(rule.timeline(), false);
        process()
                .orElseThrow(() -> new NodeException("PostgreSQL does not run", "it is started at the next attempt"))
                .promote(client(), PROMOTE_LIMIT);
        changed.run();
    }

    void checkpoint() {
        try (PostgresClient own = connect("howdah checkpoint")) {
            own.execute("checkpoint");
        }
    }

    /** A connection of one's own, as superuser; without a limit for answers, since commits may wait for standbys. */
    PostgresClient connect(String purpose) {
        return PostgresClient.connect(options(purpose).withTimeouts(Duration.ofSeconds(3), Duration.ZERO));
    }

    ConnectOptions options(String purpose) {
        return ConnectOptions.of(configuration.endpoint(), SUPERUSER, DATABASE, superuser)
                .withApplicationName(purpose);
    }

    void forgetClient() {
        PostgresClient old = client;
        client = null;
        if (old != null) {
            old.close();
        }
    }

    private void watch(PostgresProcess started) {
        process = started;
        Thread.ofVirtual().name("postmaster-watch").start(() -> {
            started.onExit().join();
            changed.run();
        });
    }

    private ReplicationControl control() {
        PostgresProcess running = process()
                .orElseThrow(() -> new NodeException("PostgreSQL does not run", "it is started at the next attempt"));
        return new ReplicationControl(running, data, configuration, client());
    }

    private PostgresClient client() {
        PostgresClient present = client;
        if (present == null || present.isBroken()) {
            present = PostgresClient.connect(options("howdah node"));
            client = present;
        }
        return present;
    }

    private static SynchronousStandbys standbys(Term term, QuorumSetting setting) {
        if (setting.required() == 0) {
            return SynchronousStandbys.NOBODY;
        }
        List<String> names = setting.standbys().stream()
                .map(node -> new StandbyName(node, term).toString())
                .toList();
        return new SynchronousStandbys(setting.required(), names);
    }
}
