package io.howdah.gateway.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.login.Login;
import io.howdah.gateway.state.Interner;
import io.howdah.gateway.state.Profile;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.scram.ScramKeys;
import io.howdah.postgres.wire.Bytes;
import io.howdah.postgres.wire.ErrorFields;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** For whom connections are opened, when those who wait need connections of different kinds. */
final class WaitLineTest {
    private static final Credential KEYS =
            new Credential.Keys(new ScramKeys(Bytes.of(new byte[32]), Bytes.of(new byte[32])));

    private final StartupClass one = kind("one");
    private final StartupClass two = kind("two");
    private final WaitLine line = new WaitLine();

    private static StartupClass kind(String zone) {
        return new StartupClass(new LinkedHashMap<>(Map.of("TimeZone", zone)), KEYS);
    }

    @Test
    void theFirstIsProvidedForThoughOthersConnectionsAreUnderWay() {
        Waiting first = new Waiting("first", one);
        Waiting second = new Waiting("second", two);
        Waiting third = new Waiting("third", two);
        line.add(first);
        line.add(second);
        line.add(third);
        assertThat(line.unprovided(kind -> Interner.same(kind, two) ? 2 : 0)).containsExactly(first);
        assertThat(line.unprovided(kind -> 1)).containsExactly(third);
        assertThat(line.unprovided(kind -> 0)).containsExactly(first, second, third);
        assertThat(line.firstOf(two)).isSameAs(second);
    }

    @Test
    void equalKindsThatAreNotTheSameDoNotServeEachOther() {
        Waiting first = new Waiting("first", kind("one"));
        line.add(first);
        assertThat(line.unprovided(kind -> Interner.same(kind, one) ? 1 : 0)).containsExactly(first);
        assertThat(line.firstOf(one)).isNull();
    }

    private record Waiting(String name, StartupClass startup) implements Borrower {
        @Override
        public Login login() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Profile profile() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ReplySink replies() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long waitingSinceNanos() {
            return 0;
        }

        @Override
        public boolean isOpening() {
            return false;
        }

        @Override
        public String id() {
            return "";
        }

        @Override
        public boolean isImpatient() {
            return false;
        }

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public void queued(Pool pool) {}

        @Override
        public void attach(ServerConnection connection) {}

        @Override
        public void refused(ErrorFields error) {}

        @Override
        public void waitExpired(Pool pool, long waitedMillis) {}

        @Override
        public void sentAway() {}
    }
}
