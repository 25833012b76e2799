package io.howdah.server.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.kernel.address.AddressAnswer;
import io.howdah.kernel.address.AddressRequest;
import io.howdah.kernel.address.AddressRequest.Wish;
import io.howdah.kernel.address.AddressTimes;
import io.howdah.kernel.address.Contestant;
import io.howdah.kernel.model.AddressGrant;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.NodeId;
import io.howdah.server.http.MalformedDocumentException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressDeskTest {
    private static final String ADDRESS = "10.0.0.100/24";
    private static final SortedSet<NodeId> MEMBERS = new TreeSet<>(List.of(new NodeId("node1"), new NodeId("node2")));
    private static final Contestant ONE = new Contestant(new GatewayId("gateway1"), "aa", 1);
    private static final Contestant OTHER = new Contestant(new GatewayId("gateway2"), "bb", 2);

    private final AtomicLong clockMillis = new AtomicLong(1_000_000);
    private final AddressDesk desk = new AddressDesk(new NodeId("node1"), clockMillis::get);
    private long sequence;

    @Test
    void aNodeThatHasJustStartedGrantsNothing() {
        assertThat(ask(ONE, Wish.HOLD).granted()).isFalse();
        passQuiet();
        assertThat(ask(ONE, Wish.HOLD).granted()).isTrue();
    }

    @Test
    void oneAtATimeUntilTheLeaseEnds() {
        ask(ONE, Wish.WATCH);
        passQuiet();
        assertThat(ask(ONE, Wish.HOLD).granted()).isTrue();
        AddressAnswer refused = ask(OTHER, Wish.HOLD);
        assertThat(refused.granted()).isFalse();
        assertThat(refused.holder()).contains(ONE);
        assertThat(refused.freeAfterMillis()).isEqualTo(AddressTimes.USUAL.leaseMillis());
        assertThat(desk.grants()).containsExactly(new AddressGrant(ADDRESS, ONE.gateway()));

        clockMillis.addAndGet(AddressTimes.USUAL.leaseMillis());
        assertThat(desk.grants()).isEmpty();
        assertThat(ask(OTHER, Wish.HOLD).granted()).isTrue();
    }

    @Test
    void whoeverReleasesItLeavesItToOthersAtOnce() {
        ask(ONE, Wish.WATCH);
        passQuiet();
        ask(ONE, Wish.HOLD);
        ask(ONE, Wish.RELEASE);
        assertThat(ask(OTHER, Wish.HOLD).granted()).isTrue();
    }

    @Test
    void whatArrivesLateChangesNothing() {
        ask(ONE, Wish.WATCH);
        passQuiet();
        long early = sequence + 1;
        sequence += 2;
        ask(ONE, Wish.RELEASE);
        AddressRequest late = new AddressRequest(ADDRESS, ONE, early, Wish.HOLD);
        assertThat(answer(late).granted()).isFalse();
        assertThat(desk.grants()).isEmpty();
    }

    @Test
    void aSecondProcessOfTheSameNameIsSomebodyElse() {
        ask(ONE, Wish.WATCH);
        passQuiet();
        ask(ONE, Wish.HOLD);
        Contestant again = new Contestant(ONE.gateway(), "cc", ONE.priority());
        assertThat(ask(again, Wish.HOLD).granted()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"gateway\":\"g\",\"run\":\"1\",\"priority\":1,\"address\":\"a\",\"sequence\":1,\"wish\":\"crown\"}",
                "{\"gateway\":7,\"run\":\"1\",\"priority\":1,\"address\":\"a\",\"sequence\":1,\"wish\":\"hold\"}"
            })
    void whatIsNotARequestIsRefused(String text) {
        assertThatThrownBy(() -> desk.answer(text, MEMBERS)).isInstanceOf(MalformedDocumentException.class);
    }

    private void passQuiet() {
        ask(OTHER, Wish.WATCH);
        clockMillis.addAndGet(AddressTimes.USUAL.leaseMillis() + AddressTimes.USUAL.freshMillis());
    }

    private AddressAnswer ask(Contestant who, Wish wish) {
        sequence++;
        return answer(new AddressRequest(ADDRESS, who, sequence, wish));
    }

    private AddressAnswer answer(AddressRequest request) {
        return AddressJson.readAnswer(desk.answer(AddressJson.write(request), MEMBERS));
    }
}
