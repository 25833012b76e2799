package io.howdah.gateway.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.route.Backend;
import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who gets connections when there are fewer than wanted. */
final class FairShareTest {
    private static final Backend PLACE = new Backend("home", new NodeId("node1"), new Cell("zone1"), "127.0.0.1", 5432);
    private static final PoolKey ANN = key("shop", "ann");
    private static final PoolKey BOB = key("shop", "bob");
    private static final PoolKey CAT = key("shop", "cat");
    private static final PoolKey ANN_IN_STOCK = key("stock", "ann");

    private static PoolKey key(String database, String role) {
        return new PoolKey(database, database, role, PLACE, true, false);
    }

    private static FairShare share(int perServer, Map<PoolKey, Integer> open) {
        return new FairShare(new ConnectionLimits(perServer, 0, 0), open);
    }

    @Test
    void thePoorestRoleIsNextThenItsPoorestPoolThenTheFirst() {
        FairShare share = share(10, Map.of(ANN, 3, BOB, 2, ANN_IN_STOCK, 1));
        assertThat(share.next(List.of(ANN, BOB, ANN_IN_STOCK))).contains(BOB);
        assertThat(share.next(List.of(ANN, BOB, CAT))).contains(CAT);
        assertThat(share.next(List.of(ANN, ANN_IN_STOCK))).contains(ANN_IN_STOCK);
        assertThat(share(10, Map.of()).next(List.of(CAT, BOB))).contains(CAT);
        assertThat(share(6, Map.of(ANN, 3, BOB, 3)).next(List.of(CAT))).isEmpty();
    }

    @Test
    void whoHasMoreOwesUntilBothHaveAsMany() {
        assertThat(share(5, Map.of(ANN, 5)).owes(ANN, BOB, false)).isTrue();
        assertThat(share(5, Map.of(ANN, 3, BOB, 2)).owes(ANN, BOB, true)).isFalse();
        assertThat(share(5, Map.of(ANN, 3, BOB, 2)).owes(BOB, ANN, true)).isFalse();
        assertThat(share(5, Map.of(ANN, 3, ANN_IN_STOCK, 1)).owes(ANN, ANN_IN_STOCK, false))
                .isTrue();
    }

    @Test
    void rolesBeyondTheLimitTakeTurns() {
        FairShare share = share(2, Map.of(ANN, 1, BOB, 1));
        assertThat(share.owes(ANN, CAT, false)).isFalse();
        assertThat(share.owes(ANN, CAT, true)).isTrue();
    }

    @Test
    void onlyConnectionsThatTheLimitCountsAreOwed() {
        Map<PoolKey, Integer> open = Map.of(ANN, 4, ANN_IN_STOCK, 2);
        FairShare perDatabase = new FairShare(new ConnectionLimits(0, 4, 0), open);
        assertThat(perDatabase.hasRoom(BOB)).isFalse();
        assertThat(perDatabase.hasRoom(ANN_IN_STOCK)).isTrue();
        assertThat(perDatabase.owes(ANN, BOB, false)).isTrue();
        assertThat(perDatabase.owes(ANN_IN_STOCK, BOB, true)).isFalse();
        FairShare perRole = new FairShare(new ConnectionLimits(0, 0, 6), open);
        assertThat(perRole.hasRoom(BOB)).isTrue();
        assertThat(perRole.hasRoom(ANN)).isFalse();
        assertThat(perRole.owes(ANN, ANN_IN_STOCK, false)).isTrue();
    }

    @Test
    void aLowerLimitIsExceededByThoseItCounts() {
        FairShare share = new FairShare(new ConnectionLimits(0, 3, 0), Map.of(ANN, 4, ANN_IN_STOCK, 2));
        assertThat(share.isOver(ANN)).isTrue();
        assertThat(share.isOver(ANN_IN_STOCK)).isFalse();
    }

    /** Transactions end one after the other; whoever owes gives its connection up, and it goes to who is next. */
    @Test
    void demandIsMetEvenlyWhoeverWasFirst() {
        Map<PoolKey, Integer> open = new HashMap<>(Map.of(ANN, 12));
        Map<PoolKey, Integer> wanted = Map.of(ANN, 100, BOB, 100, CAT, 2);
        for (int round = 0; round < 100; round++) {
            FairShare share = share(12, open);
            List<PoolKey> claimants = new ArrayList<>();
            for (PoolKey key : List.of(ANN, BOB, CAT)) {
                if (open.getOrDefault(key, 0) < wanted.getOrDefault(key, 0)) {
                    claimants.add(key);
                }
            }
            PoolKey holder = List.of(ANN, BOB, CAT).get(round % 3);
            if (open.getOrDefault(holder, 0) > 0
                    && claimants.stream().anyMatch(each -> share.owes(holder, each, true))) {
                open.merge(holder, -1, Integer::sum);
                open.merge(share(12, open).next(claimants).orElseThrow(), 1, Integer::sum);
            }
        }
        assertThat(open).isEqualTo(Map.of(ANN, 5, BOB, 5, CAT, 2));
    }
}
