package io.howdah.kernel.election;

import static io.howdah.kernel.election.OneCore.ALONE;
import static io.howdah.kernel.election.OneCore.CLUSTER;
import static io.howdah.kernel.election.OneCore.ONE;
import static io.howdah.kernel.election.OneCore.PAIR;
import static io.howdah.kernel.election.OneCore.TWO;
import static io.howdah.kernel.election.OneCore.core;
import static io.howdah.kernel.election.OneCore.find;
import static io.howdah.kernel.election.OneCore.standby;
import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import io.howdah.kernel.model.Pause;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** To whom a leader hands over, by request or by itself, and whom it refuses. */
class PlannedSwitchoverTest {
    @Test
    void nobodyIsHandedTheLeadAgainstItsTag() {
        ElectionCore core = serving();
        core.step(10, new Input.Roster(new TreeMap<>(Map.of(ONE, NodeTags.NONE, TWO, NodeTags.parse("never-leader")))));
        Effect.ReportSwitchover report = find(
                core.step(11, new Input.SwitchoverRequested("s", Optional.of(TWO))), Effect.ReportSwitchover.class);
        assertThat(report.outcome()).isEqualTo(Effect.SwitchoverOutcome.REFUSED);
        assertThat(report.words()).startsWith("node2 is tagged never-leader");
    }

    @Test
    void aPreflightSaysWhatASwitchoverWouldBeToldAndChangesNothing() {
        ElectionCore core = leadingAPair();
        Effect.ReportPreflight fine = preflight(core, 20, Condition.SOUND, "0/20");
        assertThat(fine.choice()).contains(TWO);
        assertThat(fine.candidates()).extracting(Candidacy::mayLead).containsExactly(false, true);

        Effect.ReportPreflight lagging = preflight(core, 30, Condition.SOUND, "0/10");
        assertThat(lagging.choice()).isEmpty();
        assertThat(lagging.candidates().getLast().words().orElse("")).startsWith("node2 lags by 117440512 bytes");
        assertThat(refusal(core, 31, Optional.of(TWO))).startsWith("node2 lags by 117440512 bytes");

        preflight(core, 40, Condition.ofReplay(0, true), "0/7000010");
        assertThat(refusal(core, 41, Optional.of(TWO))).isEqualTo("node2 has its replay paused");
        assertThat(refusal(core, 42, Optional.empty())).isEqualTo("nobody may take over: node2 has its replay paused");
        assertThat(refusal(core, 43, Optional.of(ONE))).isEqualTo("node1 is the leader");
        assertThat(refusal(core, 44, Optional.of(new NodeId("node9"))))
                .isEqualTo("node9 is not a node of this cluster");
        assertThat(core.view().phase()).isEqualTo(ElectionPhase.LEADING);
    }

    @Test
    void aLeaderThatAilsHandsOverToOneThatDoesNot() {
        ElectionCore core = leadingAPair();
        preflight(core, 20, Condition.SOUND.ailing(Optional.of("has 3 MB of disk left")), "0/20");
        core.step(600, ailing());
        assertThat(core.view().phase()).as("the other one ails too").isEqualTo(ElectionPhase.LEADING);

        core.step(1_190, new Input.SetPause(Pause.NEVER.paused(0, "new switches")));
        preflight(core, 1_200, Condition.SOUND, "0/20");
        core.step(1_210, ailing());
        assertThat(core.view().phase()).as("elections are paused").isEqualTo(ElectionPhase.LEADING);

        core.step(1_800, new Input.SetPause(core.view().pause().resumed("")));
        assertThat(core.view().phase()).isEqualTo(ElectionPhase.HANDING_OVER);
    }

    private static Input ailing() {
        return new Input.LocalPostgres(
                        PostgresState.PRIMARY,
                        Optional.of(new Position(new TimelineId(2), Lsn.parse("0/20"))),
                        Optional.of(PAIR),
                        false,
                        Optional.empty(),
                        Optional.empty())
                .ailing("has 0 MB of disk left");
    }

    private static String refusal(ElectionCore core, long now, Optional<NodeId> target) {
        Effect.ReportSwitchover report =
                find(core.step(now, new Input.SwitchoverRequested("s" + now, target)), Effect.ReportSwitchover.class);
        assertThat(report.outcome()).isEqualTo(Effect.SwitchoverOutcome.REFUSED);
        return report.words();
    }

    /** The second node says how it is and has flushed so much; then the leader is asked. */
    private static Effect.ReportPreflight preflight(ElectionCore core, long now, Condition condition, String flushed) {
        Lsn end = flushed.equals("0/20") ? Lsn.parse("0/20") : Lsn.parse("0/7000010");
        core.step(
                now,
                new Input.LocalPostgres(
                        PostgresState.PRIMARY,
                        Optional.of(new Position(new TimelineId(2), end)),
                        Optional.of(PAIR),
                        false,
                        Optional.empty(),
                        Optional.empty()));
        core.step(now, new Input.FlushProgress(new Term(2), Map.of(TWO, Lsn.parse(flushed))));
        Message.Status status = new Message.Status(
                ElectionPhase.FOLLOWING,
                PostgresState.STANDBY,
                Optional.empty(),
                Optional.of(PAIR),
                new TimelineId(2),
                Optional.of(new Term(2)),
                true,
                Term.ZERO,
                Optional.empty(),
                Optional.empty(),
                false,
                Pause.NEVER,
                condition);
        core.step(now, new Input.Received(new Envelope(CLUSTER, TWO, ONE, new Term(2), status)));
        return find(core.step(now, new Input.SwitchoverPreflight("p" + now)), Effect.ReportPreflight.class);
    }

    /** The first of two members, in office by order and confirmed by the second. */
    private static ElectionCore leadingAPair() {
        ElectionCore core = core(ONE);
        core.step(0, standby(PAIR));
        TreeSet<NodeId> both = new TreeSet<>(List.of(ONE, TWO));
        Effect.Quiesce quiesce = find(
                core.step(1, new Input.ForceLeadership("f", new TreeSet<>(List.of(ONE)), both, true, "test")),
                Effect.Quiesce.class);
        Effect.PersistPromise promise = find(
                core.step(2, new Input.Quiesced(quiesce.token(), Position.of(1, "0/10"), Optional.of(PAIR))),
                Effect.PersistPromise.class);
        Effect.Promote promote =
                find(core.step(3, new Input.PromisePersisted(promise.promise())), Effect.Promote.class);
        assertThat(promote.rule().term()).isEqualTo(new Term(2));
        Effect.WriteRule write = find(
                core.step(4, new Input.Promoted(new Term(2), new TimelineId(2), Position.of(1, "0/10"))),
                Effect.WriteRule.class);
        core.step(5, new Input.RuleCommitted(write.rule(), Lsn.parse("0/20")));
        core.step(6, new Input.FlushProgress(new Term(2), Map.of(TWO, Lsn.parse("0/20"))));
        assertThat(core.view().phase()).isEqualTo(ElectionPhase.LEADING);
        return core;
    }

    private static ElectionCore serving() {
        ElectionCore core = core(ONE);
        Effect.Quiesce quiesce = find(core.step(0, standby(ALONE)), Effect.Quiesce.class);
        Effect.PersistPromise promise = find(
                core.step(1, new Input.Quiesced(quiesce.token(), Position.of(1, "0/10"), Optional.of(ALONE))),
                Effect.PersistPromise.class);
        core.step(2, new Input.PromisePersisted(promise.promise()));
        Effect.WriteRule write = find(
                core.step(3, new Input.Promoted(new Term(2), new TimelineId(2), Position.of(1, "0/10"))),
                Effect.WriteRule.class);
        core.step(4, new Input.RuleCommitted(write.rule(), Lsn.parse("0/20")));
        return core;
    }
}
