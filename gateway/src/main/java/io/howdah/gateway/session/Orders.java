package io.howdah.gateway.session;

import io.howdah.gateway.cache.CacheInvalidation;
import io.howdah.gateway.cache.CacheStatistics;
import io.howdah.gateway.cache.QueryCache;
import io.howdah.gateway.console.ConsoleException;
import io.howdah.gateway.console.GatewayControl;
import io.howdah.gateway.console.OperatorState;
import io.howdah.gateway.metrics.Averages;
import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.metrics.QueryReport;
import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.DatabaseTable;
import io.howdah.gateway.route.Routes;
import io.howdah.postgres.wire.SqlState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Carries out what operators ask for on all event loops. Safe on every thread. */
final class Orders implements GatewayControl {
    private static final long LOOK_MILLIS = 10;

    private final Collection<Worker> workers;
    private final Switches switches;
    private final Supplier<Arrangement> arrangement;
    private final Runnable reload;
    private final Averages averages;

    /** @param reload reads the gateway's file again */
    Orders(
            Collection<Worker> workers,
            Switches switches,
            Supplier<Arrangement> arrangement,
            Runnable reload,
            Averages averages) {
        this.workers = workers;
        this.switches = switches;
        this.arrangement = arrangement;
        this.reload = reload;
        this.averages = averages;
    }

    /** Asks each worker on its own loop. */
    private <T> CompletableFuture<List<T>> all(Function<Worker, T> question) {
        List<CompletableFuture<T>> answers = new ArrayList<>();
        for (Worker worker : workers) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            answers.add(answer);
            worker.loop().execute(() -> {
                try {
                    answer.complete(question.apply(worker));
                } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(_ -> answers.stream().map(CompletableFuture::join).toList());
    }

    /** Has each worker do something on its own loop; done when all have. */
    CompletableFuture<Void> each(Consumer<Worker> order) {
        return all(worker -> {
                    order.accept(worker);
                    return true;
                })
                .thenAccept(_ -> {});
    }

    @Override
    public CompletableFuture<GatewayReport> report() {
        return all(Worker::report)
                .thenApply(parts -> parts.stream().reduce(GatewayReport.NOTHING, GatewayReport::plus));
    }

    @Override
    public CompletableFuture<QueryReport> queries() {
        return all(worker -> worker.statements().report())
                .thenApply(parts -> parts.stream().reduce(QueryReport.NOTHING, QueryReport::plus));
    }

    @Override
    public Averages averages() {
        return averages;
    }

    @Override
    public Routes routes() {
        return arrangement.get().home().routes().current();
    }

    @Override
    public Map<String, Routes> clusters() {
        Map<String, Routes> routes = new TreeMap<>();
        arrangement
                .get()
                .clusters()
                .forEach((name, cluster) -> routes.put(name, cluster.routes().current()));
        return routes;
    }

    @Override
    public DatabaseTable databases() {
        return arrangement.get().table();
    }

    @Override
    public Optional<Backend> primary(String database) {
        return arrangement.get().primary(database);
    }

    @Override
    public CompletableFuture<Void> pause(Optional<String> database) {
        database.ifPresentOrElse(switches::pause, switches::pauseAll);
        CompletableFuture<Void> paused = new CompletableFuture<>();
        awaitRest(database, paused);
        return paused;
    }

    private void awaitRest(Optional<String> database, CompletableFuture<Void> paused) {
        var _ = all(worker -> worker.isBusy(database)).whenComplete((busy, problem) -> {
            boolean resumed = database.map(name -> !switches.isPaused(name)).orElseGet(() -> !switches.isAllPaused());
            if (problem != null) {
                paused.completeExceptionally(problem);
            } else if (busy.contains(true) && !resumed) {
                workers.stream()
                        .findFirst()
                        .ifPresent(worker ->
                                Channels.later(worker.loop(), LOOK_MILLIS, () -> awaitRest(database, paused)));
            } else {
                var _ = each(worker -> worker.pools().forEach(pools -> pools.closeIdle(database)))
                        .thenAccept(paused::complete);
            }
        });
    }

    @Override
    public boolean resume(Optional<String> database) {
        boolean was = database.map(switches::resume).orElseGet(switches::resumeAll);
        workers.forEach(worker -> worker.loop().execute(worker::resumed));
        return was;
    }

    @Override
    public boolean isPaused(String database) {
        return switches.isPaused(database);
    }

    @Override
    public CompletableFuture<Void> reconnect(Optional<String> database) {
        return each(worker -> worker.pools().forEach(pools -> pools.reconnect(database)));
    }

    @Override
    public CompletableFuture<Void> kill(String database) {
        switches.pause(database);
        return each(worker -> worker.kill(database));
    }

    @Override
    public CompletableFuture<Boolean> killClient(String id) {
        return all(worker -> worker.killClient(id)).thenApply(found -> found.contains(true));
    }

    @Override
    public CompletableFuture<Void> awaitClosed(Optional<String> database) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        awaitClosed(database, closed);
        return closed;
    }

    private void awaitClosed(Optional<String> database, CompletableFuture<Void> closed) {
        var _ = report().whenComplete((report, problem) -> {
            boolean waits = problem == null
                    && report.servers().stream()
                            .anyMatch(server -> server.retiring()
                                    && database.orElse(server.database()).equals(server.database()));
            if (problem != null) {
                closed.completeExceptionally(problem);
            } else if (waits) {
                workers.stream()
                        .findFirst()
                        .ifPresent(worker ->
                                Channels.later(worker.loop(), LOOK_MILLIS, () -> awaitClosed(database, closed)));
            } else {
                closed.complete(null);
            }
        });
    }

    @Override
    public void disable(String database, boolean disabled) {
        if (disabled) {
            switches.disable(database);
        } else {
            switches.enable(database);
        }
    }

    @Override
    public boolean isDisabled(String database) {
        return switches.isDisabled(database);
    }

    /** The only one: that of the gateway's own cluster. */
    private Optional<QueryCache> queryCache() {
        return arrangement.get().home().access().cache();
    }

    @Override
    public CacheStatistics cache() {
        return queryCache().map(QueryCache::statistics).orElse(CacheStatistics.NONE);
    }

    @Override
    public CacheInvalidation invalidateCache(Optional<String> database, Optional<String> table) {
        return queryCache().map(used -> used.invalidate(database, table)).orElse(CacheInvalidation.NOTHING);
    }

    @Override
    public OperatorState operatorState() {
        return switches.state();
    }

    @Override
    public void restore(OperatorState state) {
        switches.restore(state);
    }

    @Override
    public CompletableFuture<Void> reload() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofVirtual().name("reload").start(() -> {
            try {
                reload.run();
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(new ConsoleException(
                        SqlState.CONFIG_FILE_ERROR,
                        String.valueOf(e.getMessage()),
                        "What was in force stays in force. Correct the file, then RELOAD."));
            }
        });
        return done;
    }
}
