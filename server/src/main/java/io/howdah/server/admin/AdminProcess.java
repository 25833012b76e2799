package io.howdah.server.admin;

import io.helidon.webserver.WebServer;
import io.howdah.server.admin.StatusDocument.AdminAddress;
import io.howdah.server.configuration.AtomicFile;
import io.howdah.server.configuration.ClusterConfigurationFile;
import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.configuration.ConfigurationException;
import io.howdah.server.configuration.DirectoryLock;
import io.howdah.server.configuration.PidFile;
import io.howdah.server.configuration.ProcessIdentity;
import io.howdah.server.configuration.Secrets;
import io.howdah.server.http.BearerToken;
import io.howdah.server.http.StatusStream;
import io.howdah.server.provision.LocalProvisioner;
import io.howdah.server.provision.LocalProvisioner.Machine;
import io.howdah.server.provision.PortTable;
import io.howdah.server.topology.FileTopologyStore;
import io.howdah.server.topology.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin process of one directory. There is never more than one: it holds a lock on {@code run/admin.lock} as long as it
 * lives, and the system releases the lock however it ends.
 *
 * <p>Starting and closing belong to one thread; everything between is safe from any.
 */
public final class AdminProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminProcess.class);
    private static final String HOST = "127.0.0.1";
    private static final int USUAL_PORT = 7654;
    private static final int PORTS_TO_TRY = 200;
    private static final String COMPONENT = "admin";

    /**
     * What the process needs from outside.
     *
     * @param firstPort where to listen when no configuration says
     */
    record Environment(
            Machine machine,
            WriteCheck writes,
            Readiness.Patience patience,
            StatusStream.Timing timing,
            Clock clock,
            int firstPort) {
        static Environment real() {
            return new Environment(
                    Machine.real(),
                    new PostgresWriteCheck(),
                    Readiness.Patience.STANDARD,
                    StatusStream.Timing.STANDARD,
                    Clock.systemUTC(),
                    USUAL_PORT);
        }
    }

    private final ClusterDirectory directory;
    private final Environment environment;
    private final ClusterView view;
    private final Operations operations;
    private final Appointments appointments;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private int port;

    /** Does nothing yet. */
    public AdminProcess(Path directory) {
        this(new ClusterDirectory(directory), Environment.real());
    }

    AdminProcess(ClusterDirectory directory, Environment environment) {
        this.directory = directory;
        this.environment = environment;
        this.view = new ClusterView(System::nanoTime, environment.timing());
        this.operations = new Operations(
                directory, environment.clock(), environment.machine().random());
        this.appointments = new Appointments(
                directory.schedules(),
                environment.clock(),
                environment.machine().random());
    }

    /**
     * Takes the directory, listens, and tells in {@code run/admin.json} where.
     *
     * @throws AdminException when another admin has the directory, or no port is free
     */
    public void start() {
        try {
            for (Path part : List.of(directory.root(), directory.run(), directory.logs())) {
                Files.createDirectories(part);
            }
            lockDirectory();
            BearerToken token = new BearerToken(token());
            operations.load();
            appointments.load();
            serve(token);
            new PidFile(directory, COMPONENT).writeCurrent();
            writeAdminFile();
            LOG.info("admin of {} listens on {}:{}", directory, HOST, port);
        } catch (IOException e) {
            close();
            throw new AdminException("cannot use the directory %s: %s".formatted(directory, e.getMessage()), e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Stops listening. Nodes and gateways go on; an operation that runs is found interrupted by the next admin. */
    @Override
    public void close() {
        operations.close();
        view.close();
        for (AutoCloseable resource : opened.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                LOG.warn("while closing: {}", e.getMessage());
            }
        }
        opened.clear();
    }

    private void lockDirectory() {
        opened.add(DirectoryLock.tryLock(directory.adminLock())
                .orElseThrow(() -> new AdminException(
                        "another admin works for %s already; 'howdah status' finds it by run/admin.json"
                                .formatted(directory),
                        null)));
    }

    private String token() throws IOException {
        Path file = directory.adminToken();
        if (!Files.exists(file) || Files.readString(file).isBlank()) {
            String fresh = Secrets.token(environment.machine().random());
            AtomicFile.write(file, fresh + "\n", AtomicFile.Access.PRIVATE);
        }
        return Files.readString(file).strip();
    }

    private void serve(BearerToken token) {
        int wanted = configuredPort().orElse(environment.firstPort());
        List<String> notes = new ArrayList<>();
        for (int candidate = wanted; candidate < wanted + PORTS_TO_TRY && candidate <= 65535; candidate++) {
            Optional<PortTable.Owner> owner = environment.machine().ports().ownerOf(HOST, candidate);
            if (owner.isPresent()) {
                notes.add("port %d is taken by %s"
                        .formatted(candidate, owner.get().description()));
                continue;
            }
            List<String> told =
                    notes.isEmpty() ? List.of() : List.of("%s: admin uses %d".formatted(notes.getFirst(), candidate));
            if (listen(candidate, token, told)) {
                told.forEach(LOG::warn);
                return;
            }
            notes.add("port %d was taken meanwhile".formatted(candidate));
        }
        throw new AdminException("no port is free: " + String.join("; ", notes), null);
    }

    private boolean listen(int candidate, BearerToken token, List<String> notes) {
        AdminAddress address =
                new AdminAddress(HOST, candidate, ProcessHandle.current().pid());
        LazyTopology topology = new LazyTopology(directory.topology());
        ClusterService service = new ClusterService(
                directory,
                new LocalProvisioner(
                        directory,
                        environment.machine(),
                        cluster -> DatabaseRecovery.routing(topology.get(), directory, cluster)),
                view,
                operations,
                topology,
                environment.writes(),
                environment.patience(),
                address,
                notes);
        DatabaseService databases = new DatabaseService(service, directory, topology);
        OperationDispatch dispatch = new OperationDispatch(service, databases, operations);
        Scheduler scheduler = new Scheduler(appointments, dispatch, environment.clock());
        WebServer server =
                new AdminApi(service, databases, operations, dispatch, scheduler).server(HOST, candidate, token);
        try {
            server.start();
        } catch (UncheckedIOException | IllegalStateException e) {
            LOG.debug("cannot listen on {}", candidate, e);
            return false;
        }
        if (!server.isRunning()) {
            // Helidon does not throw whenever somebody was faster.
            return false;
        }
        port = server.port();
        opened.add(topology);
        opened.add(server::stop);
        opened.add(scheduler);
        service.followExisting();
        scheduler.start();
        return true;
    }

    private Optional<Integer> configuredPort() {
        ClusterConfigurationFile file = new ClusterConfigurationFile(directory);
        try {
            return file.exists() ? Optional.of(file.read().adminPort()) : Optional.empty();
        } catch (ConfigurationException e) {
            // `up` and `status` report it; here it only means that nobody says which port.
            return Optional.empty();
        }
    }

    private void writeAdminFile() {
        ProcessIdentity self = ProcessIdentity.current();
        String json = Json.write(Json.object()
                .put("url", "http://%s:%d".formatted(HOST, port))
                .put("pid", self.pid())
                .put("start_ticks", self.startTicks()));
        AtomicFile.write(directory.adminFile(), json + "\n", AtomicFile.Access.PRIVATE);
        opened.add(() -> {
            Files.deleteIfExists(directory.adminFile());
            new PidFile(directory, COMPONENT).removeCurrent();
        });
    }

    /** Opens the store when an operation first needs it, so that a damaged one stops `up` with a clear answer and nothing else. */
    private static final class LazyTopology implements java.util.function.Supplier<Topology>, AutoCloseable {
        private final Path file;
        private Optional<FileTopologyStore> store = Optional.empty();

        private LazyTopology(Path file) {
            this.file = file;
        }

        @Override
        public synchronized Topology get() {
            if (store.isEmpty()) {
                store = Optional.of(FileTopologyStore.open(file));
            }
            return new Topology(store.get());
        }

        @Override
        public synchronized void close() {
            store.ifPresent(FileTopologyStore::close);
        }
    }
}
