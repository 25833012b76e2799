package io.howdah.server.admin;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.howdah.server.adoption.AdoptionException;
import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.configuration.ConfigurationException;
import io.howdah.server.http.Problem;
import io.howdah.server.http.ProblemException;
import io.howdah.server.provision.ProvisionException;
import io.howdah.server.topology.TopologyStoreException;
import java.time.Clock;
import java.time.Duration;
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
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    /** What an operation does; throws when it fails. */
    interface Work {
        ObjectNode run(Operation operation) throws InterruptedException;
    }

    /** @param request what was asked for, to recognize somebody who asks for the same again */
    private record Running(Operation operation, Object request, Thread worker) {}

    private final ClusterDirectory directory;
    private final OperationFiles files;
    private final Clock clock;
    private final RandomGenerator random;

    @GuardedBy("this")
    private final Map<String, Operation> operations = new LinkedHashMap<>();

    @GuardedBy("this")
    private Optional<Running> newest = Optional.empty();

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

    /** Whether one runs. */
    synchronized boolean isBusy() {
        return newest.filter(running -> running.operation().isRunning()).isPresent();
    }

    synchronized List<Operation> all() {
        return List.copyOf(operations.values());
    }

    /**
     * Starts an operation. Who asks for what is being done already gets that operation; `down` ends an `up` that is not
     * through.
     *
     * @throws ProblemException with status 409 while another operation runs
     */
    synchronized Operation start(OperationKind kind, Object request, Work work) {
        Optional<Running> before = newest.filter(running -> running.operation().isRunning());
        if (before.isPresent()) {
            Operation other = before.get().operation();
            if (other.kind() == kind && before.get().request().equals(request)) {
                return other;
            }
            if (other.kind() != OperationKind.UP || kind != OperationKind.DOWN) {
                throw new ProblemException(busyWith(other));
            }
        }
        // The time first, so that the names sort by age.
        String id = "%s-%s-%04x".formatted(Long.toString(clock.millis(), 36), kind.word(), random.nextInt(0x10000));
        Operation operation = files.create(id, kind);
        operations.put(id, operation);
        Thread worker = Thread.ofVirtual().name("operation-" + id).unstarted(() -> {
            before.ifPresent(running -> end(running, "'%s' was asked for meanwhile".formatted(kind.word())));
            run(operation, work);
        });
        newest = Optional.of(new Running(operation, request, worker));
        worker.start();
        return operation;
    }

    private static Problem busyWith(Operation other) {
        return new Problem(
                409,
                "operation_running",
                "Another operation is running",
                "%s (%s) changes this cluster; one operation runs at a time"
                        .formatted(other.kind().word(), other.id()),
                "wait until it has ended; 'howdah status' shows what the cluster is at",
                true);
    }

    /** Returns once nothing of the operation runs any more, or will not end. */
    private static void end(Running running, String why) {
        running.operation().giveUp(why);
        running.worker().interrupt();
        boolean interrupted = false;
        long deadlineNanos = System.nanoTime() + END_LIMIT.toNanos();
        while (running.worker().isAlive() && System.nanoTime() < deadlineNanos) {
            try {
                running.worker().join(END_LIMIT);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends what runs, and returns once nothing of it is left that could start a process. */
    @Override
    public void close() {
        Optional<Running> last;
        synchronized (this) {
            last = newest.filter(running -> running.operation().isRunning());
        }
        last.ifPresent(running -> end(running, "admin was stopped; what it had started goes on by itself"));
    }

    private void run(Operation operation, Work work) {
        try {
            LOG.info("operation {} begins", operation.id());
            operation.succeed(work.run(operation));
            LOG.info("operation {} succeeded", operation.id());
        } catch (InterruptedException e) {
            LOG.info("operation {} is interrupted", operation.id());
            operation.givenUp().ifPresent(why -> operation.fail(givenUp(why)));
        } catch (OperationFailedException e) {
            fail(operation, e, e.title(), e.detail(), e.hint(), e.component());
        } catch (ProvisionException e) {
            fail(operation, e, e.title(), e.detail(), e.hint(), e.component());
        } catch (AdoptionException e) {
            fail(operation, e, "The instance cannot be adopted", String.valueOf(e.getMessage()), e.hint(), "");
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
        if (operation.givenUp().isPresent()) {
            // Whatever broke, it broke because the thread was interrupted.
            operation.fail(givenUp(operation.givenUp().get()));
            return;
        }
        List<String> tail = component.isEmpty() ? List.of() : LogTail.read(directory.log(component), LOG_TAIL_LINES);
        operation.fail(new OperationFailure(title, detail, hint, tail));
    }

    private static OperationFailure givenUp(String why) {
        return new OperationFailure("It was ended before it was through", why, "start it again", List.of());
    }
}
