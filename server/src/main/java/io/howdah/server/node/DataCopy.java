package io.howdah.server.node;

import io.howdah.kernel.election.Leadership;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise.Operation;
import io.howdah.postgres.process.DataDirectory;
import io.howdah.postgres.process.DataState;
import io.howdah.postgres.process.TimelineHistory;
import io.howdah.postgres.process.UnprivilegedUser;
import io.howdah.postgres.process.Upstream;
import io.howdah.postgres.replication.BackupDirectory;
import io.howdah.postgres.replication.BaseBackup;
import io.howdah.postgres.replication.ReplicationCommands.SystemIdentity;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replaces this node's data by a copy, from a server or from a base backup. What was there is kept beside it, once. On the lane's thread. */
final class DataCopy {
    private static final Logger LOG = LoggerFactory.getLogger(DataCopy.class);
    private static final String ASIDE = "before-clone";

    private final ManagedInstance instance;
    private final UnprivilegedUser user;
    private final Upstreams upstreams;
    private final UpstreamQuestions.Login login;
    private final DataChange change;
    private final Consumer<Activity> activities;

    DataCopy(
            ManagedInstance instance,
            UnprivilegedUser user,
            Upstreams upstreams,
            UpstreamQuestions.Login login,
            DataChange change,
            Consumer<Activity> activities) {
        this.instance = instance;
        this.user = user;
        this.upstreams = upstreams;
        this.login = login;
        this.change = change;
        this.activities = activities;
    }

    /** From whom is usual, because the data that is there is of no use. */
    void cloneFrom(Leadership leadership, Upstream upstream, SystemIdentity leader, String why)
            throws InterruptedException {
        copy(leadership, upstream, upstreams.copySource(leadership, upstream), leader, why, Rebuild.unordered());
    }

    /** As ordered: from a server, or from a backup. Whoever ordered it hears when it begins. */
    void rebuild(Leadership leadership, Upstream upstream, SystemIdentity leader, Rebuild order)
            throws InterruptedException {
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
    }

    /** Copies from any node that has the data; the floor and the stream afterwards are the leader's. */
    private void copy(
            Leadership leadership, Upstream upstream, Upstream source, SystemIdentity leader, String why, Rebuild order)
            throws InterruptedException {
        LOG.info("clones from {}:{}: {}", source.host(), source.port(), why);
        giveUpData(leader, "clones from %s:%d".formatted(source.host(), source.port()), why, order);
        BaseBackup.Result result = new BaseBackup(login.forClone(source), user)
                .cloneInto(instance.data().path(), progress("cloned", source.host()));
        change.startAndFinish(leadership, upstream, result.systemIdentifier());
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
        change.startAndFinish(leadership, upstream, result.systemIdentifier());
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
        try (UpstreamQuestions questions = login.ask(upstream)) {
            TimelineHistory history = questions.history(leadership.timeline());
            if (!history.contains(backup.timeline(), backup.end())) {
                throw new NodeException(
                        "the backup ends at %s of timeline %s, which the leader's history %s left before"
                                .formatted(backup.end(), backup.timeline(), history),
                        "name a later backup, or copy from the leader");
            }
            if (!questions.holds(new Position(backup.timeline(), backup.end()), backup.walSegmentBytes())) {
                throw new NodeException(
                        "the leader no longer has the log from %s on, where the backup ends".formatted(backup.end()),
                        "name a later backup, or copy from the leader");
            }
        }
    }

    private void giveUpData(SystemIdentity leader, String words, String why, Rebuild order)
            throws InterruptedException {
        boolean unfinishedClone = change.isUnfinishedClone();
        change.begin(Operation.CLONE, leader);
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
}
