package io.howdah.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.kernel.model.LogicalSlot;
import io.howdah.kernel.model.LogicalSlot.Fate;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import io.howdah.server.http.Statuses;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of slots that a failover would cost. */
class ClusterSnapshotTest {
    @Test
    void aVersionThatCannotCarrySlotsOverSaysSo() {
        assertThat(problems(List.of(new LogicalSlot("feed", Fate.UNSUPPORTED)), List.of()))
                .singleElement()
                .asString()
                .contains("'feed' would be lost at a failover", "PostgreSQL 17");
    }

    @Test
    void aSlotThatNobodyMarkedIsNamedWithTheRemedy() {
        assertThat(problems(List.of(new LogicalSlot("feed", Fate.UNMARKED)), List.of()))
                .singleElement()
                .asString()
                .contains("made without 'failover'", "set (failover)");
    }

    @Test
    void aMarkedSlotIsSafeOnceAnotherVoterHasAUsableCopy() {
        List<LogicalSlot> marked = List.of(new LogicalSlot("feed", Fate.MARKED));
        assertThat(problems(marked, List.of(new LogicalSlot("feed", Fate.UNREADY))))
                .singleElement()
                .asString()
                .contains("no other voter has a usable copy");
        assertThat(problems(marked, List.of(new LogicalSlot("feed", Fate.SYNCED))))
                .isEmpty();
    }

    @Test
    void theTextIsReadBack() {
        List<LogicalSlot> slots = List.of(new LogicalSlot("a_1", Fate.SYNCED), new LogicalSlot("b", Fate.UNMARKED));
        assertThat(LogicalSlot.parse(LogicalSlot.toText(slots))).isEqualTo(slots);
        assertThat(LogicalSlot.parse("")).isEmpty();
    }

    private static List<String> problems(List<LogicalSlot> onLeader, List<LogicalSlot> onStandbys) {
        List<NodeView> views = List.of(
                view(Statuses.withSlots(Statuses.leader("node1", 7), onLeader)),
                view(Statuses.withSlots(Statuses.standby("node2", 7, "node1"), onStandbys)),
                view(Statuses.withSlots(Statuses.standby("node3", 7, "node1"), List.of())));
        return new ClusterSnapshot(views, false).problems();
    }

    private static NodeView view(NodeStatus status) {
        NodeEntry entry = new NodeEntry(status.node(), status.cell(), status.postgresPort(), status.apiPort());
        return new NodeView(entry, NodeView.Link.CONNECTED, Optional.of(status), Duration.ZERO, true);
    }
}
