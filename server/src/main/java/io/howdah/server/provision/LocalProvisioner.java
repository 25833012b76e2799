package io.howdah.server.provision;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import io.howdah.server.configuration.AtomicFile;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfigurationFile;
import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.configuration.DatabaseRouting;
import io.howdah.server.configuration.KeptConfiguration;
import io.howdah.server.configuration.PidFile;
import io.howdah.server.configuration.ProcessIdentity;
import io.howdah.server.configuration.Secrets;
import io.howdah.server.provision.PortTable.Owner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Starts and stops a cluster's processes on this machine.
 *
 * <p>Not safe for use from several threads at once: admin runs one operation at a time. Blocks the calling thread.
 */
public final class LocalProvisioner {
    private static final Path DATA_FOR_ROOT = Path.of("/var/lib/howdah");

    /** The machine as the provisioner sees and uses it. */
    public record Machine(
            ProcessTable processes,
            PortTable ports,
            PostgresLocator postgres,
            ProcessLauncher launcher,
            Account account,
            SecureRandom random) {
        /** This machine. */
        public static Machine real() {
            ProcessTable processes = new LinuxProcessTable();
            return new Machine(
                    processes,
                    new LinuxPortTable(processes),
                    new InstalledPostgres(),
                    new DetachedLauncher(Program.running()),
                    Account.ofThisMachine(),
                    new SecureRandom());
        }
    }

    /**
     * A cluster whose files are in place and whose processes can be started.
     *
     * @param notes what a user should know, such as a port that moved
     */
    public record Prepared(
            ClusterConfiguration configuration,
            Secrets secrets,
            List<Component> components,
            List<Step> steps,
            List<String> notes) {}

    private final ClusterDirectory directory;
    private final Machine machine;
    private final Function<String, DatabaseRouting> databases;
    private final ClusterConfigurationFile file;
    private final Preflight preflight;
    private final Observer observer;
    private final ProcessStopper stopper;

    /** For a cluster whose gateways serve its own databases only. */
    public LocalProvisioner(ClusterDirectory directory, Machine machine) {
        this(directory, machine, _ -> DatabaseRouting.NONE);
    }

    /** @param databases that the gateways of a cluster of this name serve from others, asked whenever their files are written */
    public LocalProvisioner(ClusterDirectory directory, Machine machine, Function<String, DatabaseRouting> databases) {
        this.directory = directory;
        this.databases = databases;
        this.machine = machine;
        this.file = new ClusterConfigurationFile(directory);
        this.preflight = new Preflight(directory);
        this.observer = new Observer(directory, machine.processes());
        this.stopper = new ProcessStopper(directory, machine.processes(), ProcessStopper.Patience.STANDARD);
    }

    /**
     * Checks everything, then writes what the cluster needs before its processes can start.
     *
     * @param adminPort where admin listens
     * @throws ProvisionException with all problems; then nothing was written
     * @throws io.howdah.server.configuration.ConfigurationException when a file cannot be used; nothing was written
     */
    public Prepared prepare(ClusterRequest request, int adminPort, Events events) {
        boolean exists = file.exists();
        List<Problem> problems = new ArrayList<>(ClusterShape.check(request));
        problems.addAll(preflight.checkDirectory());
        problems.addAll(preflight.checkWholeness(exists));
        if (!exists && !problems.isEmpty()) {
            throw Problem.toException("The cluster cannot be created", problems);
        }
        ClusterConfiguration wanted = exists ? file.read() : ClusterShape.create(request, newId(), adminPort);
        List<String> withData = preflight.nodesWithData();
        if (exists) {
            problems.addAll(ClusterShape.differences(request, wanted));
        }
        problems.addAll(preflight.checkOwnership(wanted));
        problems.addAll(preflight.checkSpace(wanted.nodes().size() - withData.size()));
        PostgresInstallation postgres = locate(request, wanted, problems, events);
        Secrets secrets =
                exists && Files.exists(directory.secrets()) ? Secrets.read(directory.secrets()) : fresh(request);
        if (!problems.isEmpty()) {
            throw Problem.toException("The cluster cannot be started", problems);
        }
        return write(wanted, exists, secrets, postgres, adminPort, withData.isEmpty(), events);
    }

    private Secrets fresh(ClusterRequest request) {
        Secrets own = Secrets.generate(machine.random());
        return request.secretsFrom()
                .map(file -> own.withPasswordsOf(Secrets.read(Path.of(file))))
                .orElse(own);
    }

    /** Does the steps; the processes then come up by themselves. */
    public void apply(List<Step> steps, Events events) {
        for (Step step : steps) {
            switch (step) {
                case Step.ForgetPidFile forget -> {
                    events.event(forget.component().name(), forget.reason());
                    new PidFile(directory, forget.component().name()).remove();
                }
                case Step.Stop stop -> {
                    events.event(stop.component().name(), "stops, since " + stop.reason());
                    stopper.stop(stop.component(), stop.process(), events);
                }
                case Step.Configure configure ->
                    AtomicFile.write(
                            configure.component().configuration(), configure.yaml(), AtomicFile.Access.PRIVATE);
                case Step.Start start -> {
                    Component component = start.component();
                    ProcessIdentity process = machine.launcher().start(component, directory.log(component.name()));
                    events.event(component.name(), "starts as process %d".formatted(process.pid()));
                }
            }
        }
    }

    /** What {@code howdah.yaml} says now. */
    public ClusterConfiguration configuration() {
        return file.read();
    }

    /** The cluster with one node more, on free ports; writes nothing. */
    public ClusterConfiguration grown(
            ClusterConfiguration present, Optional<NodeId> name, Optional<Cell> cell, NodeTags tags) {
        List<Problem> problems = preflight.checkSpace(1);
        if (!problems.isEmpty()) {
            throw Problem.toException("There is no room for another node", problems);
        }
        return ClusterShape.grow(
                present,
                name,
                cell,
                tags,
                (first, used) ->
                        PortPlan.free(first, used, port -> machine.ports().ownerOf(present.host(), port)));
    }

    /** Writes another set of nodes down for everybody; those who run read it by themselves. Starts and stops nothing. */
    public void reconfigure(ClusterConfiguration changed) {
        file.changeNodes(changed);
        desired(changed).forEach(this::writeIfChanged);
    }

    private void writeIfChanged(Component component, String yaml) {
        if (!observer.hasConfiguration(component, yaml)) {
            AtomicFile.write(component.configuration(), yaml, AtomicFile.Access.PRIVATE);
        }
    }

    /** Writes down for these gateways what the cluster's configuration says now; starts and stops nothing. */
    public void reconfigureGateways(List<String> names) {
        ClusterConfiguration configuration = file.read();
        ProcessConfigurations.gateways(configuration, directory, databases.apply(configuration.name()))
                .forEach((component, yaml) -> {
                    if (names.contains(component.name())) {
                        writeIfChanged(component, yaml);
                    }
                });
    }

    private Map<Component, String> desired(ClusterConfiguration configuration) {
        PostgresInstallation postgres =
                switch (machine.postgres().locate(configuration.postgresBinaries(), message -> {})) {
                    case PostgresLocator.Answer.Found found -> found.installation();
                    case PostgresLocator.Answer.Missing missing ->
                        throw Problem.toException("PostgreSQL is missing", List.of(missing.problem()));
                };
        try {
            return ProcessConfigurations.desired(
                    configuration,
                    directory,
                    directory.data().toRealPath(),
                    postgres.binaries(),
                    createSocketDirectory((component, message) -> {}),
                    false,
                    databases.apply(configuration.name()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write in " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Starts what the present configuration has and nobody runs, of these components only. */
    public void start(List<String> names, Events events) {
        Map<Component, String> desired = desired(file.read());
        desired.keySet().removeIf(component -> !names.contains(component.name()));
        apply(Planner.plan(desired, observer.observe(List.copyOf(desired.keySet()))), events);
    }

    /** Starts another process of a gateway that runs, which then takes its place; empty when none runs that could be replaced. */
    public Optional<ProcessIdentity> startBeside(String name) {
        return observer.everythingOfThisDirectory().keySet().stream()
                .filter(component -> component.name().equals(name))
                .findFirst()
                .map(component -> machine.launcher().start(component, directory.log(name)));
    }

    private void stopRetiring(Predicate<String> which, Events events) {
        observer.retiring().forEach((component, processes) -> {
            if (which.test(component.name())) {
                processes.forEach(process -> stopper.end(component, process, events));
            }
        });
    }

    /** Stops one component, if it runs, and the PostgreSQL of a node that outlived it. */
    public void stopOne(String name, Events events) {
        stopRetiring(name::equals, events);
        observer.everythingOfThisDirectory().forEach((component, process) -> {
            if (component.name().equals(name)) {
                stopper.stop(component, process, events);
            }
        });
        stopper.stopOrphanedPostgres(name, events);
    }

    /** Removes what a node that does not run any more has left. */
    public void discard(String node, boolean withData) {
        try {
            Files.deleteIfExists(directory.processConfiguration(node));
            new PidFile(directory, node).remove();
            if (withData) {
                Trees.delete(directory.data(node));
            }
        } catch (IOException e) {
            throw new ProvisionException(
                    "The data of %s could not be removed".formatted(node),
                    String.valueOf(e.getMessage()),
                    "remove %s by hand: the cluster does not need it".formatted(directory.data(node)));
        }
    }

    /** Forgets a cluster that was only just written down and has no data of its own. */
    public void forgetNewCluster() {
        try {
            Trees.delete(directory.data());
            Files.deleteIfExists(directory.configuration());
            Files.deleteIfExists(directory.secrets());
            KeptConfiguration.remove(directory.root());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove what was made in " + directory + ": " + e.getMessage(), e);
        }
    }

    /** The process of each component that runs now, by the component's name. */
    public Map<String, RunningProcess> running() {
        Map<String, RunningProcess> running = new HashMap<>();
        observer.everythingOfThisDirectory().forEach((component, process) -> running.put(component.name(), process));
        return running;
    }

    /**
     * Stops gateways, then nodes, the last one being the leader so that nobody elects another meanwhile; then every PostgreSQL
     * that still works in one of the data directories. Needs no configuration, so that a damaged one is no obstacle.
     *
     * @param leader the node to stop last; empty when unknown
     * @return the names of what was stopped
     */
    public List<String> stop(String leader, Events events) {
        stopRetiring(name -> true, events);
        Map<Component, RunningProcess> running = observer.everythingOfThisDirectory();
        List<Component> gateways = new ArrayList<>();
        List<Component> standbys = new ArrayList<>();
        List<Component> leaders = new ArrayList<>();
        for (Component component : running.keySet()) {
            switch (component.kind()) {
                case GATEWAY -> gateways.add(component);
                case NODE -> (component.name().equals(leader) ? leaders : standbys).add(component);
            }
        }
        stopAll(gateways, running, "stops", events);
        stopAll(standbys, running, "stops", events);
        stopAll(leaders, running, "stops last, since it leads", events);
        preflight.nodesWithData().forEach(node -> stopper.stopOrphanedPostgres(node, events));
        observer.forgetThoseThatEnded();
        return running.keySet().stream().map(Component::name).toList();
    }

    /** Asks all to end, then waits for each. */
    private void stopAll(
            List<Component> components, Map<Component, RunningProcess> running, String message, Events events) {
        for (Component component : components) {
            events.event(component.name(), message);
            Signals.send(Objects.requireNonNull(running.get(component)).identity(), Signals.Signal.TERM);
        }
        for (Component component : components) {
            stopper.stop(component, Objects.requireNonNull(running.get(component)), events);
            stopper.stopOrphanedPostgres(component.name(), events);
        }
    }

    private PostgresInstallation locate(
            ClusterRequest request, ClusterConfiguration wanted, List<Problem> problems, Events events) {
        String configured = request.postgresBinaries().orElse(wanted.postgresBinaries());
        return switch (machine.postgres().locate(configured, message -> events.event("cluster", message))) {
            case PostgresLocator.Answer.Found found -> found.installation();
            case PostgresLocator.Answer.Missing missing -> {
                problems.add(missing.problem());
                yield new PostgresInstallation(Path.of(configured), "");
            }
        };
    }

    private Prepared write(
            ClusterConfiguration wanted,
            boolean exists,
            Secrets secrets,
            PostgresInstallation postgres,
            int adminPort,
            boolean newCluster,
            Events events) {
        PortPlan plan = planPorts(wanted, exists, adminPort);
        ClusterConfiguration configuration = plan.configuration();
        plan.notes().forEach(note -> events.event("cluster", note));
        try {
            for (Path part : List.of(directory.root(), directory.logs(), directory.run())) {
                Files.createDirectories(part);
            }
            createDataDirectory(configuration, events);
            Optional<Path> sockets = createSocketDirectory(events);
            if (!exists || !Files.exists(directory.secrets())) {
                secrets.write(directory.secrets());
            }
            if (!exists) {
                file.create(configuration);
                events.event(
                        "cluster",
                        "a new cluster of %d with PostgreSQL %s in %s"
                                .formatted(configuration.nodes().size(), postgres.version(), directory));
            } else if (!configuration.equals(wanted)) {
                file.changePorts(wanted, configuration);
            }
            Map<Component, String> desired = ProcessConfigurations.desired(
                    configuration,
                    directory,
                    directory.data().toRealPath(),
                    postgres.binaries(),
                    sockets,
                    newCluster,
                    databases.apply(configuration.name()));
            List<Component> components = List.copyOf(desired.keySet());
            Observed observed = observer.observe(components);
            return new Prepared(configuration, secrets, components, Planner.plan(desired, observed), plan.notes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write in " + directory + ": " + e.getMessage(), e);
        }
    }

    private PortPlan planPorts(ClusterConfiguration wanted, boolean exists, int adminPort) {
        if (!exists) {
            Map<Integer, Owner> reserved = new Neighbors(directory, machine.processes()).ports();
            return PortPlan.forNew(
                    wanted,
                    port -> machine.ports()
                            .ownerOf(wanted.host(), port)
                            .or(() -> Optional.ofNullable(reserved.get(port))));
        }
        Map<String, RunningProcess> running = running();
        PortPlan plan = PortPlan.forExisting(
                wanted,
                port -> machine.ports().ownerOf(wanted.host(), port).filter(owner -> !isOurs(owner, wanted, running)));
        ClusterConfiguration planned = plan.configuration();
        return new PortPlan(planned.withPorts(port -> port == planned.adminPort() ? adminPort : port), plan.notes());
    }

    /** Our own processes hold their ports rightly, and so does a PostgreSQL that works in one of our data directories. */
    private boolean isOurs(Owner owner, ClusterConfiguration configuration, Map<String, RunningProcess> running) {
        if (owner.pid().isEmpty()) {
            return false;
        }
        long pid = owner.pid().getAsLong();
        return running.values().stream().anyMatch(process -> process.identity().pid() == pid)
                || observer.isOfThisDirectory(pid)
                || machine.processes()
                        .workingDirectory(pid)
                        .filter(working -> configuration.nodes().stream()
                                .anyMatch(node -> isSameDirectory(
                                        working,
                                        directory.postgresData(node.id().value()))))
                        .isPresent();
    }

    private static boolean isSameDirectory(Path working, Path data) {
        try {
            return working.equals(data.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * When PostgreSQL runs as another user that cannot reach this directory, as below root's home, the data stands in
     * {@code /var/lib/howdah} and {@code data} is a link to it.
     */
    private void createDataDirectory(ClusterConfiguration configuration, Events events) throws IOException {
        Path data = directory.data();
        if (Files.exists(data)) {
            return;
        }
        if (!machine.account().canReach(directory.root())) {
            Path target = DATA_FOR_ROOT.resolve(configuration.id().value()).resolve("data");
            Files.createDirectories(target);
            Files.createSymbolicLink(data, target);
            events.event(
                    "cluster",
                    "the data is in %s, since PostgreSQL does not run as root and nobody else can enter %s"
                            .formatted(target, directory));
        } else {
            Files.createDirectories(data);
        }
    }

    private Optional<Path> createSocketDirectory(Events events) throws IOException {
        if (!machine.account().canReach(directory.run())) {
            return Optional.empty();
        }
        if (!preflight.socketPathFits()) {
            events.event(
                    "cluster",
                    "no Unix sockets, since the path of %s is too long for them; TCP works"
                            .formatted(directory.sockets()));
            return Optional.empty();
        }
        Files.createDirectories(directory.sockets());
        machine.account().giveToPostgres(directory.sockets());
        return Optional.of(directory.sockets());
    }

    private ClusterId newId() {
        byte[] bytes = new byte[8];
        machine.random().nextBytes(bytes);
        return new ClusterId(HexFormat.of().formatHex(bytes));
    }
}
