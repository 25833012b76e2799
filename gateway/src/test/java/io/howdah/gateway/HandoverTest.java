package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import io.howdah.postgres.wire.StartupPacket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One process of a gateway takes the place of another. */
@ExtendWith(WithPostgres.class)
final class HandoverTest {
    private static final int CALLERS = 4;

    private final PostgresFixture postgres;
    private TestGateway before;
    private Optional<TestGateway> after = Optional.empty();

    HandoverTest(PostgresFixture postgres) {
        this.postgres = postgres;
        this.before = TestGateway.before(postgres);
    }

    @AfterEach
    void close() {
        before.close();
        after.ifPresent(TestGateway::close);
    }

    private TestGateway replace() {
        TestGateway next = TestGateway.inPlaceOf(before, postgres, TestGateway.Settings.usual());
        after = Optional.of(next);
        return next;
    }

    /** Calls without a pause and counts what became of it. */
    private static final class Callers implements AutoCloseable {
        private final AtomicIntegerArray served = new AtomicIntegerArray(CALLERS);
        private final ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean stopped;

        Callers(int port) {
            for (int caller = 0; caller < CALLERS; caller++) {
                int own = caller;
                threads.add(Thread.ofPlatform().name("caller-" + own).start(() -> {
                    while (!stopped) {
                        call(port);
                        served.incrementAndGet(own);
                    }
                }));
            }
        }

        private void call(int port) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(new byte[] {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f});
                if (socket.getInputStream().read() != StartupPacket.ENCRYPTION_REFUSED) {
                    failures.add(new IOException("the connection ended without an answer"));
                }
            } catch (IOException e) {
                failures.add(e);
            }
        }

        /** Every call that has begun by now is over when this returns. */
        void awaitRounds() {
            int[] now = new int[CALLERS];
            for (int caller = 0; caller < CALLERS; caller++) {
                now[caller] = served.get(caller);
            }
            await().atMost(60, TimeUnit.SECONDS).until(() -> {
                for (int caller = 0; caller < CALLERS; caller++) {
                    if (served.get(caller) < now[caller] + 2) {
                        return false;
                    }
                }
                return true;
            });
        }

        @Override
        public void close() {
            stopped = true;
            threads.forEach(thread -> {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void tenHandoversRefuseNobody(Transport.Preference transport) {
        TestGateway.Settings settings = TestGateway.Settings.usual().on(transport);
        TestGateway serving = TestGateway.before(postgres, settings);
        try (Callers callers = new Callers(serving.port())) {
            for (int round = 0; round < 10; round++) {
                callers.awaitRounds();
                TestGateway next = TestGateway.inPlaceOf(serving, postgres, settings);
                callers.awaitRounds();
                serving.server().stopListening();
                callers.awaitRounds();
                serving.close();
                serving = next;
            }
            assertThat(callers.failures).isEmpty();
        } finally {
            serving.close();
        }
    }

    @Test
    void aSessionGoesOnAndIsEndedBetweenTwoTransactions() throws Exception {
        try (Connection idle = before.connect();
                Connection busy = before.connect()) {
            busy.setAutoCommit(false);
            busy.createStatement().execute("SELECT count(*) FROM numbers");
            TestGateway next = replace();
            try (Connection fresh = next.connect()) {
                assertThat(fresh.isValid(5)).isTrue();
            }
            assertThat(next.counters().logins()).isEqualTo(1);
            before.server().stopListening();
            idle.createStatement().execute("SELECT 1");

            before.server().endBetweenTransactions(100);

            await().until(() -> before.counters().sessions() == 1);
            assertThatThrownBy(() -> idle.createStatement().execute("SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"))
                    .hasMessageContaining("was replaced");
            busy.createStatement().execute("SELECT 1");
            busy.commit();
            await().until(() -> before.server().connections() == 0);
        }
    }

    @Test
    void aCancelFindsItsSessionInTheProcessBefore() throws Exception {
        try (RawClient victim = RawClient.login(before.port())) {
            TestGateway next = replace();
            before.server().stopListening();
            victim.send(out -> FrontendMessages.query(out, "SELECT pg_sleep(30)"));
            await().until(() -> before.running("pg_sleep") == 1);
            try (RawClient canceler = RawClient.open(next.port())) {
                canceler.send(out -> out.writeInt(16)
                        .writeInt(StartupPacket.CANCEL_CODE)
                        .writeInt(victim.pid())
                        .writeInt(victim.secret()));
                assertThat(canceler.receiveToEnd()).isEmpty();
            }
            assertThat(victim.receiveReady(1).get(1).sqlState()).isEqualTo("57014");
            assertThat(before.counters().cancels()).isEqualTo(1);
        }
    }

    @Test
    void whatIsPausedStaysPaused() throws Exception {
        try (RawClient client = RawClient.login(before.port())) {
            before.server()
                    .control()
                    .pause(Optional.of(PostgresFixture.DATABASE))
                    .get(5, TimeUnit.SECONDS);
            before.server().control().disable("closed", true);
            TestGateway next = replace();
            assertThat(next.server().control().isPaused(PostgresFixture.DATABASE))
                    .isTrue();
            assertThat(next.server().control().isDisabled("closed")).isTrue();
            assertThat(client.isSilentFor(1)).isTrue();
        }
    }

    @Test
    void aPortThatSomebodyElseHasIsNotShared() {
        assertThatThrownBy(() -> TestGateway.onPortsOf(before, postgres))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:")
                .hasMessageContaining("Give it another port");
    }
}
