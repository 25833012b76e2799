package io.howdah.server.node;

import io.howdah.kernel.election.ElectionCore;
import io.howdah.kernel.election.ElectionSettings;
import io.howdah.kernel.election.Input;
import io.howdah.kernel.model.LogicalSlot;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.NodeTags;
import io.howdah.kernel.model.Promise;
import io.howdah.postgres.process.ConfigurationCheck;
import io.howdah.postgres.process.DataDirectory;
import io.howdah.postgres.process.PostgresBinaries;
import io.howdah.postgres.process.PostgresServer;
import io.howdah.postgres.process.Rewind;
import io.howdah.postgres.process.ServerConfiguration;
import io.howdah.postgres.process.UnprivilegedUser;
import io.howdah.postgres.scram.ScramVerifier;
import io.howdah.server.address.AddressDesk;
import io.howdah.server.configuration.ConfigurationException;
import io.howdah.server.configuration.FileWatch;
import io.howdah.server.configuration.HookConfiguration;
import io.howdah.server.configuration.KeptConfiguration;
import io.howdah.server.configuration.NodeConfiguration;
import io.howdah.server.configuration.PeerEntry;
import io.howdah.server.configuration.RemotePrimary;
import io.howdah.server.configuration.Secrets;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.StatusStream;
import io.howdah.server.peer.PeerJson;
import io.howdah.server.peer.PeerSender;
import io.howdah.server.peer.Sender;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node, wired by hand. Reading {@link #start} from top to bottom tells who talks to whom:
 *
 * <pre>
 *   peers' status streams --> PeerBook, PeerLost      peers' messages --> NodeHttp --> NodeAgent (ElectionCore)
 *   InstanceMonitor --> NodeAgent                     NodeAgent --> PromiseLane, InstanceLane --> PostgresDriver
 *   NodeAgent --> StatusBoard --> NodeHttp streams    NodeAgent --> PeerSender (one per peer)
 * </pre>
 */
public final class NodeProcess {
    private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

    private final NodeConfiguration config;
    private final Secrets secrets;

    private final ServerConfiguration serverConfiguration;
    private final ManagedInstance instance;
    private final NodeAgent agent;
    private final InstanceMonitor monitor;
    private final InstanceLane lane;
    private final PauseDesk pauses;
    private final Hooks hooks;
    private final NodeHttp http;
    private final PeerBook peers = new PeerBook();
    private final Path file;
    private final Roster roster;
    private final AddressDesk addresses;
    private final PeerLinks links;
    private final ExecutorService promiseLane = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("promises").factory());
    private volatile Optional<SlotKeeper> slots = Optional.empty(); // set once, before anything is started
    private volatile Optional<RemotePrimary> remotePrimary; // replaced as a whole, read by the instance lane
    private Optional<FileWatch> watch = Optional.empty();
    private final NodeAgent.Hands hands;
    private final PostgresBinaries binaries;

    /**
     * Reads what the node promised, prepares its data when it is the one to make a new cluster, and wires everything;
     * starts nothing but what that takes.
     *
     * @param file where the configuration was read from; looked at again when it is replaced
     * @param clockMillis monotonic
     * @throws NodeException when the node's directory cannot be used
     */
    public NodeProcess(
            Path file, NodeConfiguration config, Secrets secrets, LongSupplier clockMillis, SecureRandom random) {
        this.file = file;
        this.config = config;
        this.roster = new Roster(config.node(), config.peers());
        this.secrets = secrets;
        this.remotePrimary = config.standbyOf();
        UnprivilegedUser user = UnprivilegedUser.detect();
        this.binaries = PostgresBinaries.find(Optional.of(config.postgresBinaries()));
        DataDirectory data = new DataDirectory(config.directory().resolve("pgdata"), user);
        this.serverConfiguration = new ServerConfiguration(settings(), user);
        PromiseFile promiseFile = new PromiseFile(config.directory().resolve("promise"));
        Promise restored = new Preparation(config, secrets, binaries, user, data, serverConfiguration)
                .restoreOrBegin(promiseFile, password -> ScramVerifier.derive(password, random));

        ElectionCore core = new ElectionCore(
                ElectionSettings.defaults(), config.clusterId(), config.node(), configuredVoters(), restored, random);
        this.addresses = new AddressDesk(config.node(), clockMillis);
        Herald herald = new Herald(this::republish);
        StatusComposer composer = new StatusComposer(
                config,
                ProcessHandle.current().pid(),
                roster::own,
                () -> slotsSeen(),
                () -> addresses.grants(),
                herald::successor);
        StatusBoard board = new StatusBoard(composer.initial(restored.term()));
        this.agent = new NodeAgent(core, clockMillis, composer, board, peers);
        PromiseLane promises = new PromiseLane(promiseFile, restored, promiseLane, agent::tell);
        PostgresServer server = new PostgresServer(
                binaries,
                user,
                data,
                serverConfiguration,
                config.logDirectory().resolve(config.node() + "-postgres.log"));
        this.instance = new ManagedInstance(
                config.clusterId(),
                server,
                data,
                serverConfiguration,
                secrets.postgresPassword(),
                this::instanceChanged);
        this.slots = Optional.of(new SlotKeeper(
                config.node(),
                instance,
                binaries.version(),
                roster,
                peers,
                board::latest,
                () -> serverConfiguration.settings().overrides(),
                this::reload));
        Rewind rewind = new Rewind(binaries, user, data, serverConfiguration);
        Upstreams upstreams = new Upstreams(
                config,
                peers,
                roster,
                () -> remotePrimary,
                () -> SlotKeeper.carries(serverConfiguration.settings().overrides(), binaries.version()));
        Rejoin rejoin = new Rejoin(
                config, secrets, instance, rewind, user, upstreams, promises, agent::tell, agent::showActivity);
        PostgresDriver driver =
                new PostgresDriver(config.clusterId(), instance, rejoin, agent::complete, agent::showActivity);
        this.lane = new InstanceLane(driver::carryOut);
        InstanceObserver observer = new InstanceObserver(
                config.clusterId(),
                instance,
                rejoin::dataIsTrusted,
                () -> promises.durable().term(),
                new DiskWatch(data.path(), DiskWatch::usableBytes, clockMillis));
        this.monitor = new InstanceMonitor(observer::look, agent::completions, agent::observed);
        DrainRoll drains = new DrainRoll(drain -> agent.tell(new Input.GatewaysDrained(drain)));
        SwitchoverDesk switchovers =
                new SwitchoverDesk(config.node(), board, instance::checkpoint, herald, agent::tell, clockMillis);
        PeerJson json = new PeerJson();
        Sender self = new Sender(config.node(), ProcessHandle.current().pid(), config.host(), config.apiPort());
        this.links = new PeerLinks(
                config.node(), json, peer -> new PeerSender(peer, self, secrets.peerSecret()), this::statusesOf);
        MemberDesk members = new MemberDesk(config.node(), agent::tell);
        RebuildDesk rebuilds = new RebuildDesk(config.node(), board, rejoin, agent::tell);
        this.pauses =
                new PauseDesk(config.directory().resolve("pause.json"), board, agent::tell, InstantSource.system());
        this.hands = new NodeAgent.Hands(
                promises,
                lane,
                driver::writeRule,
                new HistoryWriter(instance)::write,
                monitor,
                links::send,
                drains,
                switchovers,
                members,
                pauses);
        ParameterDesk parameters = new ParameterDesk(
                instance,
                new ConfigurationCheck(binaries, user, data, serverConfiguration),
                this::withOwn,
                this::reload);
        this.hooks = new Hooks(config.clusterName(), board, () -> HookConfiguration.read(commonDirectory()));
        PatroniHealth health = new PatroniHealth(config.clusterName(), board::latest, () -> everybody(board));
        this.http = new NodeHttp(
                config.host(),
                config.apiPort(),
                secrets.peerSecret(),
                board,
                new NodeOrders(
                        config.node(),
                        board,
                        agent,
                        drains,
                        herald.roll(),
                        switchovers,
                        members,
                        rebuilds,
                        pauses,
                        parameters,
                        addresses,
                        this::reload,
                        json,
                        new NameClaims(peers)),
                health,
                new NodeMetrics(config.clusterName(), board::latest));
    }

    /** Begins to listen, to look and to vote; returns at once. */
    public void start() {
        serverConfiguration.write(binaries.version());
        serverConfiguration.writePassFile(Map.of(
                ManagedInstance.REPLICATION_ROLE,
                secrets.replicationPassword(),
                ManagedInstance.SUPERUSER,
                secrets.postgresPassword()));
        http.start();
        links.follow(roster.entries());
        agent.tell(new Input.Roster(roster.allTags()));
        agent.tell(new Input.StandbyCluster(remotePrimary.isPresent()));
        if (instance.adopt()) {
            LOG.info("PostgreSQL runs already");
        }
        pauses.start();
        agent.start(hands);
        lane.start();
        monitor.start();
        slots.ifPresent(SlotKeeper::start);
        hooks.start();
        watch = Optional.of(FileWatch.start(file, this::reload));
        LOG.info(
                "node {} of cluster {} listens on {}:{}",
                config.node(),
                config.clusterName(),
                config.host(),
                config.apiPort());
    }

    /** Stops deciding, then PostgreSQL, then listening: peers learn of the end from the closed connections. */
    public void stop() throws InterruptedException {
        watch.ifPresent(FileWatch::close);
        http.refuse();
        pauses.stop();
        if (slots.isPresent()) {
            slots.get().stop();
        }
        agent.stop();
        lane.stop();
        monitor.stop();
        instance.stop();
        links.close();
        hooks.stop();
        promiseLane.shutdown();
        http.close();
    }

    private void instanceChanged() {
        monitor.lookNow();
    }

    private void republish() {
        agent.tell(new Input.Tick());
    }

    /** Reads again which nodes there are, what is wished of each and what people set; the rest waits for the next start. */
    private synchronized void reload() {
        NodeConfiguration read = NodeConfiguration.read(file);
        if (!read.standbyOf().equals(remotePrimary)) {
            remotePrimary = read.standbyOf();
            LOG.info(
                    "this cluster follows {}",
                    remotePrimary.map(RemotePrimary::toString).orElse("no other"));
            // Off and on again: another source is to be looked at anew.
            agent.tell(new Input.StandbyCluster(false));
            agent.tell(new Input.StandbyCluster(remotePrimary.isPresent()));
        }
        List<PeerEntry> changed = read.peers();
        if (!changed.equals(roster.entries())) {
            follow(changed);
        }
        try {
            Map<String, String> wanted = withOwn(kept().settings());
            if (!wanted.equals(serverConfiguration.settings().overrides())) {
                instance.override(wanted, binaries.version());
            }
        } catch (ConfigurationException e) {
            LOG.warn("PostgreSQL keeps its settings: {}", e.getMessage());
        }
    }

    private void follow(List<PeerEntry> changed) {
        NodeTags before = roster.own();
        roster.replace(changed);
        peers.keepOnly(roster.allTags().keySet());
        links.follow(changed);
        NodeTags now = roster.own();
        LOG.info("the nodes are {}; this one is tagged '{}'", roster.allTags().keySet(), now);
        agent.tell(new Input.Roster(roster.allTags()));
        if (!now.upstream().equals(before.upstream())) {
            agent.tell(new Input.Refollow());
        }
    }

    /** The settings for all nodes, with this node's own in their place. */
    private Map<String, String> withOwn(Map<String, String> common) {
        Map<String, String> settings = new LinkedHashMap<>(common);
        settings.putAll(ManagedInstance.delayed(roster.own().delay()));
        settings.putAll(slots.map(keeper -> keeper.ownSettings(common)).orElse(Map.of()));
        return settings;
    }

    private List<LogicalSlot> slotsSeen() {
        return slots.map(SlotKeeper::logicalSlots).orElse(List.of());
    }

    /** What people keep beside the cluster's secrets for the PostgreSQL of every node. */
    private KeptConfiguration kept() {
        return KeptConfiguration.read(commonDirectory());
    }

    /** Where people keep what holds for every node: beside the cluster's secrets. */
    private Path commonDirectory() {
        return Optional.ofNullable(config.secrets().getParent()).orElse(Path.of("."));
    }

    private StatusStream statusesOf(PeerEntry peer) {
        StatusStream.Target target = new StatusStream.Target(
                config.clusterId(), peer.node(), new Endpoint(peer.host(), peer.apiPort(), secrets.peerSecret()));
        return StatusStream.open(target, StatusStream.Timing.STANDARD, new StatusStream.Listener() {
            @Override
            public void onStatus(NodeStatus status) {
                peers.heard(status);
            }

            @Override
            public void onLost(boolean refused) {
                peers.lost(peer.node(), refused);
                monitor.lookNow();
                agent.tell(new Input.PeerLost(peer.node(), refused));
            }
        });
    }

    private Collection<NodeStatus> everybody(StatusBoard board) {
        List<NodeStatus> all = new ArrayList<>(peers.present());
        all.add(board.latest());
        return all;
    }

    private SortedSet<NodeId> configuredVoters() {
        SortedSet<NodeId> voters = new TreeSet<>();
        config.peers().stream().filter(peer -> peer.tags().mayVote()).forEach(peer -> voters.add(peer.node()));
        return voters;
    }

    private ServerConfiguration.Settings settings() {
        KeptConfiguration kept = kept();
        return new ServerConfiguration.Settings(
                config.directory(),
                config.host(),
                config.postgresPort(),
                config.socketDirectory(),
                config.peers().stream().map(PeerEntry::host).distinct().toList(),
                kept.accessRules(),
                withOwn(kept.settings()));
    }
}
