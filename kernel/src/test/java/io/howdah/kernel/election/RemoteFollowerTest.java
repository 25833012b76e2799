package io.howdah.kernel.election;

import static io.howdah.kernel.election.OneCore.ALONE;
import static io.howdah.kernel.election.OneCore.CLUSTER;
import static io.howdah.kernel.election.OneCore.ONE;
import static io.howdah.kernel.election.OneCore.PAIR;
import static io.howdah.kernel.election.OneCore.TWO;
import static io.howdah.kernel.election.OneCore.find;
import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A node of a cluster that follows another one. */
class RemoteFollowerTest {
    private static final TreeSet<NodeId> BOTH = new TreeSet<>(List.of(ONE, TWO));

    @Test
    void itNeitherElectsNorGivesItsVoice() {
        ElectionCore core = core(TWO, BOTH);
        core.step(0, new Input.StandbyCluster(true));
        core.step(1, standby(Optional.of(PAIR)));

        boolean asked = false;
        for (long now = 100; now < 60_000; now += 100) {
            for (Effect effect : core.step(now, new Input.Tick())) {
                boolean election = effect instanceof Effect.Send send
                        && (send.envelope().message() instanceof Message.PreVote
                                || send.envelope().message() instanceof Message.Recruit);
                assertThat(election).isFalse();
                asked |= effect.equals(new Effect.FollowRemote(Optional.empty()));
            }
        }

        assertThat(asked).isTrue();
        Message.Recruit recruit = new Message.Recruit(new Term(5), 99, new TimelineId(4), new Term(1));
        Envelope envelope = new Envelope(CLUSTER, ONE, TWO, new Term(1), recruit);
        assertThat(core.step(60_000, new Input.Received(envelope)))
                .filteredOn(effect -> effect instanceof Effect.Send send
                        && send.envelope().message() instanceof Message.RecruitReply reply
                        && !reply.granted())
                .hasSize(1);
    }

    @Test
    void aLeaderLaysItsOfficeDownFirstAndTakesItUpAgainWhenTheWordIsTakenBack() {
        ElectionCore core = core(ONE, new TreeSet<>(List.of(ONE)));
        Effect.Quiesce first = find(core.step(0, standby(Optional.of(ALONE))), Effect.Quiesce.class);
        lead(core, first, ALONE);
        assertThat(core.view().gateOpen()).isTrue();

        List<Effect> effects = core.step(100, new Input.StandbyCluster(true));

        find(effects, Effect.CloseGate.class);
        Effect.Quiesce second = find(effects, Effect.Quiesce.class);
        core.step(101, standby(Optional.of(ALONE)));
        core.step(102, new Input.Quiesced(second.token(), Position.of(2, "0/30"), Optional.of(ALONE)));
        find(core.step(103, new Input.Tick()), Effect.FollowRemote.class);
        assertThat(core.view().phase()).isEqualTo(ElectionPhase.REMOTE);

        List<Effect> back = core.step(104, new Input.StandbyCluster(false));
        back = back.isEmpty() ? core.step(105, new Input.Tick()) : back;
        find(back, Effect.Quiesce.class);
    }

    @Test
    void aFounderLeadsOnDataThatHasNoRuleOfItsCluster() {
        ElectionCore core = core(ONE, BOTH);
        core.step(0, standby(Optional.empty()));
        TreeSet<NodeId> alone = new TreeSet<>(List.of(ONE));
        Input.ForceLeadership order = new Input.ForceLeadership("f", alone, BOTH, true, false, "promoted");
        Effect.Quiesce quiesce = find(core.step(1, order), Effect.Quiesce.class);
        Promise promise = find(
                        core.step(2, new Input.Quiesced(quiesce.token(), Position.of(3, "0/10"), Optional.empty())),
                        Effect.PersistPromise.class)
                .promise();

        Effect.Promote promote = find(core.step(3, new Input.PromisePersisted(promise)), Effect.Promote.class);

        assertThat(promote.rule().members()).isEqualTo(BOTH);
        assertThat(promote.setting().required()).isEqualTo(1);
        // The other cluster may go on and use the next timelines.
        assertThat(promote.rule().timeline().value()).isGreaterThan(4);
    }

    @Test
    void aFounderDoesNotGiveUpWhatAnotherNodeHolds() {
        ElectionCore core = core(ONE, BOTH);
        core.step(0, standby(Optional.empty()));
        Input.ForceLeadership order = new Input.ForceLeadership("f", BOTH, BOTH, true, false, "promoted");
        List<Effect> ordered = core.step(1, order);
        Effect.Quiesce quiesce = find(ordered, Effect.Quiesce.class);
        Promise promise = find(
                        core.step(2, new Input.Quiesced(quiesce.token(), Position.of(3, "0/10"), Optional.empty())),
                        Effect.PersistPromise.class)
                .promise();
        core.step(3, new Input.PromisePersisted(promise));
        Message.RecruitReply further = new Message.RecruitReply(
                promise.term(),
                promise.round(),
                true,
                promise.reservedTimeline(),
                Optional.of(Position.of(3, "0/20")),
                Optional.empty(),
                0,
                "");

        List<Effect> effects =
                core.step(4, new Input.Received(new Envelope(CLUSTER, TWO, ONE, promise.term(), further)));

        assertThat(find(effects, Effect.ReportForced.class).words()).contains("could be lost", "node2 at 3@0/20");
    }

    private static void lead(ElectionCore core, Effect.Quiesce quiesce, Rule basis) {
        Promise promise = find(
                        core.step(1, new Input.Quiesced(quiesce.token(), Position.of(1, "0/10"), Optional.of(basis))),
                        Effect.PersistPromise.class)
                .promise();
        core.step(2, new Input.PromisePersisted(promise));
        Effect.WriteRule write = find(
                core.step(3, new Input.Promoted(promise.term(), new TimelineId(2), Position.of(1, "0/10"))),
                Effect.WriteRule.class);
        core.step(4, new Input.RuleCommitted(write.rule(), Lsn.parse("0/20")));
    }

    private static Input.LocalPostgres standby(Optional<Rule> rule) {
        return new Input.LocalPostgres(
                PostgresState.STANDBY,
                Optional.of(Position.of(1, "0/10")),
                rule,
                false,
                Optional.empty(),
                Optional.empty());
    }

    private static ElectionCore core(NodeId self, SortedSet<NodeId> configured) {
        return new ElectionCore(
                ElectionSettings.defaults(), CLUSTER, self, configured, Promise.initial(CLUSTER, self), new Random(7));
    }
}
