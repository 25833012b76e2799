package io.howdah.server.node;

import io.howdah.kernel.election.Input;
import io.howdah.kernel.election.Leadership;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise.Operation;
import io.howdah.kernel.model.Term;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.Endpoint;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.process.DataDirectory;
import io.howdah.postgres.process.DataState;
import io.howdah.postgres.process.Rewind;
import io.howdah.postgres.process.TimelineHistory;
import io.howdah.postgres.process.UnprivilegedUser;
import io.howdah.postgres.process.Upstream;
import io.howdah.postgres.replication.BackupDirectory;
import io.howdah.postgres.replication.BaseBackup;
import io.howdah.postgres.replication.ReplicationCommands;
import io.howdah.postgres.replication.ReplicationCommands.SystemIdentity;
import io.howdah.server.configuration.NodeConfiguration;
import io.howdah.server.configuration.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins this node's data to a leader's history. In order of preference:
 *
 * <ol>
 *   <li>the own log is a prefix of the leader's history: stream;
 *   <li>it reaches beyond the point where they part: pg_rewind, then stream;
 *   <li>there is no data, or any doubt about it: set it aside, clone, then stream.
 * </ol>
 *
 * <p>Properties kept: the stamped name is configured only after the prefix has been proven, so that nobody counts this
 * node's confirmations before (research trap T1); before the first byte of the data directory changes, the promise on disk
 * says so, and it says so until the work is complete (trap T15).
 */
final class Rejoin {
    private static final Logger LOG = LoggerFactory.getLogger(Rejoin.class);
    private static final Duration OPERATION_LIMIT = Duration.ofSeconds(10);
    private static final NodeId NOBODY = new NodeId("remote");
    private static final String ASIDE = "before-clone";
    private static final Duration REWIND_LIMIT = Duration.ofMinutes(30);

    private final NodeConfiguration config;
    private final Secrets secrets;
    private final ManagedInstance instance;
    private final Rewind rewind;
    private final UnprivilegedUser user;
    private final Upstreams upstreams;
    private final PromiseLane promises;
    private final Consumer<Input> core;
    private final VainFollows vainFollows = new VainFollows();
    private final Consumer<Activity> activities;
    private final AtomicReference<Optional<Rebuild>> rebuild = new AtomicReference<>(Optional.empty());

    Rejoin(
            NodeConfiguration config,
            Secrets secrets,
            ManagedInstance instance,
            Rewind rewind,
            UnprivilegedUser user,
            Upstreams upstreams,
            PromiseLane promises,
            Consumer<Input> core,
            Consumer<Activity> activities) {
        this.config = config;
        this.secrets = secrets;
        this.instance = instance;
        this.rewind = rewind;
        this.user = user;
        this.upstreams = upstreams;
        this.promises = promises;
        this.core = core;
        this.activities = activities;
    }

    /**
     * An order to give up the data and copy it anew.
     *
     * @param source the standby to copy from; empty for the usual choice
     * @param backup the base backup to copy instead; empty when a server is copied
     * @param discard whether the former data is removed rather than kept beside
     * @param begun completed when the promise says that the data is being replaced
     */
    record Rebuild(Optional<NodeId> source, Optional<Path> backup, boolean discard, CompletableFuture<String> begun) {}

    /** Takes an order that the next {@link #follow} carries out; any thread. */
    void rebuild(Rebuild order) {
        rebuild.set(Optional.of(order));
    }

    /** Whether there is complete data whose last change was finished. */
    boolean dataIsTrusted() {
        return promises.durable().operation() == Operation.NONE && instance.hasData();
    }

    /** Returns when the stream from the leader has been asked for. */
    void follow(Leadership leadership) throws InterruptedException {
        Upstream upstream = upstreams.leader(leadership);
        SystemIdentity leader;
        Optional<Rebuild> ordered;
        Kinship kinship = Kinship.NONE;
        // One connection for all questions: each log-in costs time for which the leader's first row waits.
        try (PostgresClient questions = PostgresClient.connect(questions(upstream))) {
            leader = ReplicationCommands.identifySystem(questions);
            ordered = rebuild.getAndSet(Optional.empty());
            if (ordered.isEmpty() && dataIsTrusted()) {
                refuseStranger(leader);
                restartIfInVain(leadership, upstream);
                kinship = compare(leadership, questions);
            }
        }
        if (ordered.isPresent()) {
            rebuild(leadership, upstream, leader, ordered.get());
        } else {
            join(leadership, upstream, leader, kinship);
        }
        refuseOutlived(leadership);
        instance.follow(upstreams.cascade(leadership).orElse(upstream));
        activities.accept(Activity.NONE);
    }

    /**
     * Receives from the primary of another cluster, or from a node of this one that does.
     *
     * @param through that node; empty for the remote primary itself
     */
    void followRemote(Optional<NodeId> through) throws InterruptedException {
        Upstream upstream = through.map(upstreams::head).orElseGet(upstreams::remote);
        SystemIdentity identity = identify(upstream);
        Leadership standIn = new Leadership(
                promises.durable().term(), through.orElse(NOBODY), identity.timeline(), identity.flushed());
        Kinship kinship = Kinship.NONE;
        if (dataIsTrusted()) {
            refuseStranger(identity);
            try (PostgresClient questions = PostgresClient.connect(questions(upstream))) {
                kinship = compare(standIn, questions);
            }
        }
        join(standIn, upstream, identity, kinship);
        instance.follow(upstream);
        activities.accept(Activity.NONE);
    }

    private void rebuild(Leadership leadership, Upstream upstream, SystemIdentity leader, Rebuild order)
            throws InterruptedException {
        try {
            refuseStranger(leader);
            if (order.backup().isPresent()) {
                restore(leadership, upstream, leader, order.backup().get(), order);
                return;
            }
            copy(
                    leadership,
                    upstream,
                    order.source()
                            .map(node -> upstreams.copySource(leadership, node))
                            .orElseGet(() -> upstreams.copySource(leadership, upstream)),
                    leader,
                    "a rebuild was ordered",
                    order);
        } catch (RuntimeException e) {
            order.begun().completeExceptionally(e);
            throw e;
        }
    }

    /** The work may have taken long: a node that has promised a later term meanwhile must confirm nothing to this leader. */
    private void refuseOutlived(Leadership leadership) {
        Term promised = promises.durable().term();
        if (promised.isAfter(leadership.term())) {
            throw new NodeException(
                    "term %s was promised while the data was brought behind %s of term %s"
                            .formatted(promised, leadership.leader(), leadership.term()),
                    "the node follows the leader of the later term by itself");
        }
    }

    /** How the own data is related to the leader's history. */
    private enum Kinship {
        /** There is no data that can be trusted. */
        NONE,
        /** The own log is a prefix, and the leader has all that comes after it. */
        PREFIX,
        /** A prefix, but what comes next is gone. */
        OUTRUN,
        DIVERGED
    }

    private void restartIfInVain(Leadership leadership, Upstream upstream) {
        if (vainFollows.restartIsDue(leadership, instance.isStreaming())) {
            LOG.warn(
                    "PostgreSQL does not stream from {} although it was told to again and again: it is restarted",
                    upstream.host());
            instance.stop();
        }
    }

    private Kinship compare(Leadership leadership, PostgresClient questions) {
        if (instance.process().isPresent() && !instance.inRecovery()) {
            instance.stop();
        }
        instance.startIsolated();
        Position own = instance.position();
        TimelineHistory history = ReplicationCommands.timelineHistory(questions, leadership.timeline());
        if (history.contains(own.timeline(), own.lsn())) {
            return holds(questions, own) ? Kinship.PREFIX : Kinship.OUTRUN;
        }
        LOG.info("the own log ends at {}, which is not on the leader's history {}", own, history);
        return Kinship.DIVERGED;
    }

    /** Brings the data to where it can stream. */
    private void join(Leadership leadership, Upstream upstream, SystemIdentity leader, Kinship kinship)
            throws InterruptedException {
        switch (kinship) {
            case PREFIX -> {}
            case NONE -> cloneFrom(leadership, upstream, leader, "there is no data that can be trusted");
            case OUTRUN -> cloneFrom(leadership, upstream, leader, "the leader no longer has the log that comes next");
            case DIVERGED -> {
                if (rewind.isAvailable()) {
                    rewindOrClone(leadership, upstream, leader);
                } else {
                    String why = "the data has diverged, and this installation has no pg_rewind";
                    cloneFrom(leadership, upstream, leader, why);
                }
            }
        }
    }

    private void rewindOrClone(Leadership leadership, Upstream upstream, SystemIdentity leader)
            throws InterruptedException {
        try {
            rewindTo(leadership, upstream, leader);
        } catch (RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("an election came between");
            }
            cloneFrom(leadership, upstream, leader, "pg_rewind did not succeed: " + e.getMessage());
        }
    }

    private void rewindTo(Leadership leadership, Upstream upstream, SystemIdentity leader) throws InterruptedException {
        begin(Operation.REWIND, leader);
        activities.accept(new Activity(Activity.Kind.REWINDING, "rewinds to the history of " + upstream.host()));
        instance.stop();
        rewind.rewindTo(
                upstream,
                ManagedInstance.SUPERUSER,
                secrets.postgresPassword(),
                REWIND_LIMIT,
                line -> activities.accept(new Activity(Activity.Kind.REWINDING, line)));
        LOG.info("rewound to the history of {}", upstream.host());
        startAndFinish(leadership, upstream, leader.systemIdentifier());
    }

    private void cloneFrom(Leadership leadership, Upstream upstream, SystemIdentity leader, String why)
            throws InterruptedException {
        Rebuild unordered = new Rebuild(Optional.empty(), Optional.empty(), false, new CompletableFuture<>());
        copy(leadership, upstream, upstreams.copySource(leadership, upstream), leader, why, unordered);
    }

    /** Copies from any node that has the data; the floor and the stream afterwards are the leader's. */
    private void copy(
            Leadership leadership, Upstream upstream, Upstream source, SystemIdentity leader, String why, Rebuild order)
            throws InterruptedException {
        LOG.info("clones from {}:{}: {}", source.host(), source.port(), why);
        giveUpData(leader, "clones from %s:%d".formatted(source.host(), source.port()), why, order);
        BaseBackup.Result result = new BaseBackup(replication(source), user)
                .cloneInto(instance.data().path(), progress("cloned", source.host()));
        startAndFinish(leadership, upstream, result.systemIdentifier());
    }

    /** The data comes from a base backup, and what was written since from the leader, which must still have it. */
    private void restore(Leadership leadership, Upstream upstream, SystemIdentity leader, Path directory, Rebuild order)
            throws InterruptedException {
        BackupDirectory backup = BackupDirectory.open(directory);
        refuseUnusable(backup, leadership, upstream, leader);
        LOG.info("copies the backup {}, which ends at {}", directory, backup.end());
        giveUpData(leader, "copies the backup " + directory, "a rebuild was ordered", order);
        BaseBackup.Result result =
                backup.copyInto(instance.data().path(), user, progress("copied", directory.toString()));
        startAndFinish(leadership, upstream, result.systemIdentifier());
    }

    /** Before anything is touched. */
    private void refuseUnusable(
            BackupDirectory backup, Leadership leadership, Upstream upstream, SystemIdentity leader) {
        if (backup.systemIdentifier() != leader.systemIdentifier()) {
            throw new NodeException(
                    "the backup has system identifier %s, the leader %s: they are of different clusters"
                            .formatted(
                                    Long.toUnsignedString(backup.systemIdentifier()),
                                    Long.toUnsignedString(leader.systemIdentifier())),
                    "name a backup of this cluster");
        }
        try (PostgresClient questions = PostgresClient.connect(questions(upstream))) {
            TimelineHistory history = ReplicationCommands.timelineHistory(questions, leadership.timeline());
            if (!history.contains(backup.timeline(), backup.end())) {
                throw new NodeException(
                        "the backup ends at %s of timeline %s, which the leader's history %s left before"
                                .formatted(backup.end(), backup.timeline(), history),
                        "name a later backup, or copy from the leader");
            }
            if (!holds(questions, new Position(backup.timeline(), backup.end()))) {
                throw new NodeException(
                        "the leader no longer has the log from %s on, where the backup ends".formatted(backup.end()),
                        "name a later backup, or copy from the leader");
            }
        }
    }

    private void giveUpData(SystemIdentity leader, String words, String why, Rebuild order)
            throws InterruptedException {
        boolean unfinishedClone = promises.durable().operation() == Operation.CLONE;
        begin(Operation.CLONE, leader);
        activities.accept(new Activity(Activity.Kind.CLONING, words + ": " + why));
        order.begun().complete(words);
        instance.stop();
        makeRoom(unfinishedClone || order.discard());
    }

    private BaseBackup.Progress progress(String done, String source) {
        return (bytes, total) -> activities.accept(new Activity(
                Activity.Kind.CLONING,
                "%s %d of %d MB from %s".formatted(done, bytes >> 20, Math.max(bytes, total) >> 20, source)));
    }

    /** Keeps what may hold rows that exist nowhere else, one copy of it; what an interrupted clone left behind holds none. */
    private void makeRoom(boolean unfinishedClone) {
        if (instance.data().state() instanceof DataState.Empty) {
            return;
        }
        if (unfinishedClone) {
            instance.data().delete();
            return;
        }
        DataDirectory older = instance.data().besides(ASIDE);
        if (!(older.state() instanceof DataState.Empty)) {
            older.delete();
        }
        LOG.info("the former data is kept in {}", instance.data().setAside(ASIDE));
    }

    /** Nothing in the data directory may change before the intention is on disk. */
    private void begin(Operation operation, SystemIdentity leader) throws InterruptedException {
        Position floor = new Position(leader.timeline(), leader.flushed());
        core.accept(new Input.DataOperation(operation, Optional.of(floor), leader.systemIdentifier()));
        promises.awaitOperation(operation, OPERATION_LIMIT);
    }

    /** The data counts as whole only once PostgreSQL has found it consistent; until then a crash means to clone anew. */
    private void startAndFinish(Leadership leadership, Upstream upstream, long systemIdentifier)
            throws InterruptedException {
        refuseOutlived(leadership);
        instance.startFollowing(upstream);
        finish(systemIdentifier);
    }

    private void finish(long systemIdentifier) throws InterruptedException {
        core.accept(new Input.DataOperation(Operation.NONE, Optional.empty(), systemIdentifier));
        promises.awaitOperation(Operation.NONE, OPERATION_LIMIT);
    }

    private void refuseStranger(SystemIdentity leader) {
        if (instance.data().state() instanceof DataState.Initialized(long own, int ignored)
                && own != leader.systemIdentifier()) {
            throw new NodeException(
                    "this node's data has system identifier %s, the leader's %s: they are of different clusters"
                            .formatted(Long.toUnsignedString(own), Long.toUnsignedString(leader.systemIdentifier())),
                    "remove the node's directory if its data is not wanted; the node then clones");
        }
    }

    private SystemIdentity identify(Upstream upstream) {
        try (PostgresClient client = PostgresClient.connect(replication(upstream))) {
            return ReplicationCommands.identifySystem(client);
        }
    }

    /** Streaming begins at the start of the segment that holds the own end. */
    private boolean holds(PostgresClient leader, Position own) {
        int segmentBytes = instance.data().readControl().walSegmentBytes();
        long segment = Long.divideUnsigned(own.lsn().value(), segmentBytes);
        long perFile = (1L << 32) / segmentBytes;
        String wanted = "%08X%08X".formatted(segment / perFile, segment % perFile);
        return leader.query("select exists (select from pg_ls_waldir() where length(name) = 24 and substr(name, 9) <= '"
                        + wanted + "') as held")
                .getFirst()
                .flag("held");
    }

    /** A walsender with a database answers SQL as well (manual, 55.4). */
    private ConnectOptions questions(Upstream upstream) {
        return role(upstream).withSettings(Map.of("replication", "database")).withApplicationName("howdah follow");
    }

    private ConnectOptions replication(Upstream upstream) {
        return role(upstream).withReplication().withApplicationName("howdah clone of " + config.node());
    }

    private ConnectOptions role(Upstream upstream) {
        return ConnectOptions.of(
                new Endpoint.Tcp(upstream.host(), upstream.port()),
                ManagedInstance.REPLICATION_ROLE,
                ManagedInstance.DATABASE,
                new Credential.Password(secrets.replicationPassword()));
    }
}
