package io.howdah.server.node;

import io.howdah.kernel.model.LogicalSlot;
import io.howdah.kernel.model.LogicalSlot.Fate;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.quorum.Quorum;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresConnectionException;
import io.howdah.postgres.client.PostgresException;
import io.howdah.postgres.process.PostgresVersion;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after replication slots, so that logical ones outlive a failover where the server can carry them over (PostgreSQL 17
 * and newer with {@code wal_level = logical}; manual: logical-replication-failover).
 *
 * <p>Standbys copy the slots of the leader only through a physical slot of their own there. Each node therefore keeps one for
 * every other node, standbys too, so that a new leader has them at once. Those of a node that does not lead hold nothing
 * back: they are made anew as soon as one has a position that nobody uses.
 *
 * <p>A thread of its own, with a connection of its own; what it saw last may be read from any thread.
 */
final class SlotKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(SlotKeeper.class);
    private static final int FIRST_MAJOR = 17;
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String PREFIX = "howdah_";

    private static final String SINCE_17 = """
            select slot_name, pg_is_in_recovery() as standby, failover as marked,
                   synced and not temporary and invalidation_reason is null as usable
              from pg_replication_slots where slot_type = 'logical' and (synced or not temporary) order by slot_name""";
    private static final String BEFORE_17 = """
            select slot_name, pg_is_in_recovery() as standby, false as marked, false as usable
              from pg_replication_slots where slot_type = 'logical' and not temporary order by slot_name""";

    private static final String PHYSICAL = """
            select slot_name, active, restart_lsn is not null and not active as stale,
                   coalesce(wal_status, '') = 'lost' as lost, pg_is_in_recovery() as standby
              from pg_replication_slots where slot_type = 'physical' and slot_name like 'howdah\\_%'""";

    private final NodeId self;
    private final ManagedInstance instance;
    private final PostgresVersion version;
    private final Roster roster;
    private final PeerBook peers;
    private final Supplier<NodeStatus> status;
    private final Supplier<Map<String, String>> settings;
    private final Runnable settingsChanged;
    private final Thread thread;
    private @Nullable PostgresClient client;
    private volatile List<LogicalSlot> seen = List.of();
    private volatile String synchronizedSlots = "";
    private boolean told; // confined to the thread

    /**
     * @param settings what people set for all nodes
     * @param settingsChanged to be called when {@link #ownSettings} would answer something else
     */
    SlotKeeper(
            NodeId self,
            ManagedInstance instance,
            PostgresVersion version,
            Roster roster,
            PeerBook peers,
            Supplier<NodeStatus> status,
            Supplier<Map<String, String>> settings,
            Runnable settingsChanged) {
        this.self = self;
        this.instance = instance;
        this.version = version;
        this.roster = roster;
        this.peers = peers;
        this.status = status;
        this.settings = settings;
        this.settingsChanged = settingsChanged;
        this.thread = Thread.ofVirtual().name("slots").unstarted(this::run);
    }

    /** Whether a server of this version that is set so carries logical slots over. */
    static boolean carries(Map<String, String> settings, PostgresVersion version) {
        return version.major() >= FIRST_MAJOR
                && settings.getOrDefault("wal_level", "").equals("logical");
    }

    /** The physical slot that a node streams through. */
    static String slotOf(NodeId node) {
        return PREFIX + node.value().replace('-', '_');
    }

    /** The logical slots as they were a moment ago. */
    List<LogicalSlot> logicalSlots() {
        return seen;
    }

    /** What the server has to be set to, given what people set; nothing where slots are not carried over. */
    Map<String, String> ownSettings(Map<String, String> common) {
        if (!carries(common, version)) {
            return Map.of();
        }
        Map<String, String> own = new LinkedHashMap<>();
        own.put("hot_standby_feedback", "on");
        own.put("sync_replication_slots", "on");
        own.put("synchronized_standby_slots", synchronizedSlots);
        return own;
    }

    void start() {
        thread.start();
    }

    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                if (instance.process().isPresent()) {
                    look();
                } else {
                    seen = List.of();
                }
            } catch (PostgresException | PostgresConnectionException e) {
                LOG.debug("the slots cannot be looked at: {}", e.getMessage());
                forget();
            }
            try {
                Thread.sleep(BETWEEN_LOOKS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        forget();
    }

    private void look() {
        PostgresClient connection = connected();
        List<LogicalSlot> before = seen;
        seen = connection.query(version.major() >= FIRST_MAJOR ? SINCE_17 : BEFORE_17).stream()
                .map(row -> new LogicalSlot(
                        row.text("slot_name"), fate(row.flag("standby"), row.flag("marked"), row.flag("usable"))))
                .toList();
        if (!seen.equals(before)) {
            LOG.info("logical replication slots: {}", LogicalSlot.toText(seen));
        }
        if (carries(settings.get(), version)) {
            keepMemberSlots(connection);
            dropSuperseded(connection);
            chooseSynchronized();
        }
    }

    private Fate fate(boolean standby, boolean marked, boolean usable) {
        if (standby) {
            return usable ? Fate.SYNCED : Fate.UNREADY;
        }
        if (version.major() < FIRST_MAJOR) {
            return Fate.UNSUPPORTED;
        }
        return marked ? Fate.MARKED : Fate.UNMARKED;
    }

    private void keepMemberSlots(PostgresClient connection) {
        Set<String> wanted = roster.allTags().keySet().stream()
                .filter(node -> !node.equals(self))
                .map(SlotKeeper::slotOf)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> missing = new TreeSet<>(wanted);
        connection.query(PHYSICAL).forEach(row -> {
            String name = row.text("slot_name");
            boolean useless = !wanted.contains(name) && !row.flag("active");
            // On a standby a position that nobody uses any more would keep log for nobody.
            boolean spent = row.flag("lost") || (row.flag("standby") && row.flag("stale"));
            if (useless || (spent && !row.flag("active"))) {
                drop(connection, name);
            } else {
                missing.remove(name);
            }
        });
        missing.forEach(
                name -> connection.query("select pg_create_physical_replication_slot($1)", List.of(Optional.of(name))));
    }

    /**
     * A slot of this node's own time as a leader stands in the way of the copy of the present leader's, which has gone on
     * from there. It goes only when that leader has one of that name.
     */
    private void dropSuperseded(PostgresClient connection) {
        NodeStatus own = status.get();
        if (own.state() != NodeState.STREAMING) {
            return;
        }
        Set<String> leaders = own.leader().flatMap(peers::lastHeard).stream()
                .flatMap(leader -> leader.logicalSlots().stream())
                .filter(slot -> slot.fate() == Fate.MARKED)
                .map(LogicalSlot::name)
                .collect(Collectors.toSet());
        connection
                .query(
                        "select slot_name from pg_replication_slots"
                                + " where slot_type = 'logical' and failover and not synced and not active and pg_is_in_recovery()")
                .forEach(row -> {
                    if (leaders.contains(row.text("slot_name"))) {
                        drop(connection, row.text("slot_name"));
                    }
                });
    }

    private static void drop(PostgresClient connection, String name) {
        LOG.info("drops the replication slot {}, which is of no use any more", name);
        connection.query("select pg_drop_replication_slot($1)", List.of(Optional.of(name)));
    }

    /**
     * Whom readers of logical slots wait for. They must not be told of a change that a later leader could lack; PostgreSQL
     * waits for every slot that is listed. Members that do not stream are left out as long as those that do make a majority
     * with this node, since every election then has one of them among its voices; without such a majority all are listed,
     * and readers wait as commits do.
     */
    private void chooseSynchronized() {
        NodeStatus own = status.get();
        Set<NodeId> members = new TreeSet<>(own.members());
        Collection<NodeStatus> present = peers.present();
        Set<NodeId> streaming = present.stream()
                .filter(peer -> peer.state() == NodeState.STREAMING)
                .map(NodeStatus::node)
                .filter(members::contains)
                .collect(Collectors.toCollection(TreeSet::new));
        streaming.add(self);
        Set<NodeId> listed = own.gateOpen() && Quorum.isMajority(streaming, members) ? streaming : members;
        String slots = listed.stream()
                .filter(node -> !node.equals(self))
                .map(SlotKeeper::slotOf)
                .collect(Collectors.joining(", "));
        if (!told || !slots.equals(synchronizedSlots)) {
            told = true;
            LOG.info("readers of logical slots wait for [{}]", slots);
            synchronizedSlots = slots;
            settingsChanged.run();
        }
    }

    private PostgresClient connected() {
        PostgresClient present = client;
        if (present == null || present.isBroken()) {
            present = PostgresClient.connect(instance.options("howdah slots").withTimeouts(LIMIT, LIMIT));
            client = present;
        }
        return present;
    }

    private void forget() {
        PostgresClient old = client;
        client = null;
        if (old != null) {
            old.close();
        }
    }
}
