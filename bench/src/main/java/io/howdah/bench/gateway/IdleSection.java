package io.howdah.bench.gateway;

import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.Endpoint;
import io.howdah.postgres.client.PostgresClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many clients that have asked something once and then say nothing: what each of them costs in memory. Only what pools connections can
 * take so many.
 */
final class IdleSection implements Section {
    private static final int SOME = 5_000;
    private static final int MANY = 10_000;
    private static final int CONNECTING = 16;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String words() {
        return "%,d clients that do nothing, then %,d: KB for each beyond the empty proxy".formatted(SOME, MANY);
    }

    @Override
    public void run(Course course) throws Exception {
        for (int clients : List.of(SOME, MANY)) {
            course.compare(
                    "%,d idle clients: KB each".formatted(clients),
                    1,
                    way -> isPooling(way) ? hold(way, clients) : Measurement.failed("one server process for each"));
        }
    }

    private static boolean isPooling(Way way) {
        return way.name().equals(Way.HOWDAH) || way.name().equals(Peer.PGBOUNCER.label());
    }

    private static Measurement hold(Way way, int clients) throws Exception {
        double before = way.usage().memoryKb();
        double usedBefore = way.usage().processorSeconds();
        List<PostgresClient> held = new ArrayList<>();
        try (ExecutorService connecting = Executors.newFixedThreadPool(CONNECTING)) {
            Callable<PostgresClient> one = () -> connect(way);
            List<Future<PostgresClient>> coming = new ArrayList<>();
            for (int index = 0; index < clients; index++) {
                coming.add(connecting.submit(one));
            }
            for (Future<PostgresClient> client : coming) {
                held.add(client.get());
            }
            double each = (way.usage().memoryKb() - before) / clients;
            double used = way.usage().processorSeconds() - usedBefore;
            // All of them must still be there.
            for (PostgresClient client : held) {
                client.query("SELECT 1");
            }
            return new Measurement(each, used * 1_000_000 / clients, 0, "");
        } catch (ExecutionException e) {
            return Measurement.failed(held.size() + " connected, then: " + e.getCause());
        } finally {
            held.forEach(PostgresClient::close);
        }
    }

    private static PostgresClient connect(Way way) {
        ConnectOptions options = ConnectOptions.of(
                        new Endpoint.Tcp(way.uri().getHost(), way.uri().getPort()),
                        way.user(),
                        way.database(),
                        new Credential.Password(way.password()))
                .withTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(60));
        PostgresClient client = PostgresClient.connect(options);
        client.query("SELECT 1");
        return client;
    }
}
