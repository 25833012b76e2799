package io.howdah.server.admin;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.configuration.ConfigurationException;
import io.howdah.server.http.Problem;
import io.howdah.server.http.ProblemException;
import io.howdah.server.provision.ProvisionException;
import io.howdah.server.topology.TopologyStoreException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs operations, one at a time: all of them change the same cluster. Each runs on a virtual thread of its own and is kept on
 * disk, so that its end can be asked for after a restart.
 */
@ThreadSafe
final class Operations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);
    private static final int LOG_TAIL_LINES = 15;

    /** What an operation does; throws when it fails. */
    interface Work {
        ObjectNode run(Operation operation) throws InterruptedException;
    }

    private final ClusterDirectory directory;
    private final OperationFiles files;
    private final Clock clock;
    private final RandomGenerator random;

    @GuardedBy("this")
    private final Map<String, Operation> operations = new LinkedHashMap<>();

    @GuardedBy("this")
    private Optional<Thread> worker = Optional.empty();

    @GuardedBy("this")
    private Optional<Operation> running = Optional.empty();

    Operations(ClusterDirectory directory, Clock clock, RandomGenerator random) {
        this.directory = directory;
        this.files = new OperationFiles(directory.operations(), clock);
        this.clock = clock;
        this.random = random;
    }

    /** Reads back what earlier processes left. */
    synchronized void load() {
        files.load().forEach(operation -> operations.put(operation.id(), operation));
    }

    synchronized Optional<Operation> find(String id) {
        return Optional.ofNullable(operations.get(id));
    }

    synchronized List<Operation> all() {
        return List.copyOf(operations.values());
    }

    /** @throws ProblemException with status 409 while another operation runs */
    synchronized Operation start(OperationKind kind, Work work) {
        running.filter(Operation::isRunning).ifPresent(other -> {
            throw new ProblemException(new Problem(
                    409,
                    "operation_running",
                    "Another operation is running",
                    "%s (%s) changes this cluster; one operation runs at a time"
                            .formatted(other.kind().word(), other.id()),
                    "wait for its end: GET /api/v1/operations/" + other.id(),
                    true));
        });
        // The time first, so that the names sort by age.
        String id = "%s-%s-%04x".formatted(Long.toString(clock.millis(), 36), kind.word(), random.nextInt(0x10000));
        Operation operation = files.create(id, kind);
        operations.put(id, operation);
        running = Optional.of(operation);
        worker = Optional.of(Thread.ofVirtual().name("operation-" + id).start(() -> run(operation, work)));
        return operation;
    }

    /** Interrupts what runs; the next process will find and mark it. */
    @Override
    public synchronized void close() {
        worker.ifPresent(Thread::interrupt);
    }

    private void run(Operation operation, Work work) {
        try {
            LOG.info("operation {} begins", operation.id());
            operation.succeed(work.run(operation));
            LOG.info("operation {} succeeded", operation.id());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.info("operation {} is interrupted", operation.id());
        } catch (OperationFailedException e) {
            fail(operation, e, e.title(), e.detail(), e.hint(), e.component());
        } catch (ProvisionException e) {
            fail(operation, e, e.title(), e.detail(), e.hint(), e.component());
        } catch (ConfigurationException e) {
            fail(operation, e, "A file of the cluster cannot be used", String.valueOf(e.getMessage()), e.hint(), "");
        } catch (TopologyStoreException e) {
            fail(operation, e, "The topology cannot be used", String.valueOf(e.getMessage()), e.hint(), "");
        } catch (RuntimeException e) {
            LOG.error("operation {} hit an unexpected error", operation.id(), e);
            fail(operation, e, "An unexpected error", String.valueOf(e), "look into the log of admin", "admin");
        }
    }

    private void fail(
            Operation operation, RuntimeException cause, String title, String detail, String hint, String component) {
        LOG.warn("operation {} failed: {}", operation.id(), cause.getMessage());
        List<String> tail = component.isEmpty() ? List.of() : LogTail.read(directory.log(component), LOG_TAIL_LINES);
        operation.fail(new OperationFailure(title, detail, hint, tail));
    }
}
