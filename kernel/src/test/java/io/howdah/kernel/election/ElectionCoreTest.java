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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Pause;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One core, spoken to by hand; how several get on with each other is the simulator's business. */
class ElectionCoreTest {
    @Test
    void aSingleNodeElectsItselfAtOnce() {
        ElectionCore core = core(ONE);
        Effect.Quiesce quiesce = find(core.step(0, standby(ALONE)), Effect.Quiesce.class);
        Effect.PersistPromise promise = find(
                core.step(1, new Input.Quiesced(quiesce.token(), Position.of(1, "0/10"), Optional.of(ALONE))),
                Effect.PersistPromise.class);
        assertThat(promise.promise().term()).isEqualTo(new Term(2));
        Effect.Promote promote =
                find(core.step(2, new Input.PromisePersisted(promise.promise())), Effect.Promote.class);
        assertThat(promote.rule().timeline()).isEqualTo(new TimelineId(2));
        assertThat(promote.setting().required()).isZero();
        Effect.WriteRule write = find(
                core.step(3, new Input.Promoted(new Term(2), new TimelineId(2), Position.of(1, "0/10"))),
                Effect.WriteRule.class);
        assertThat(core.view().gateOpen()).isFalse();
        List<Effect> confirmed = core.step(5, new Input.RuleCommitted(write.rule(), Lsn.parse("0/20")));
        find(confirmed, Effect.OpenGate.class);
        Accession accession = find(confirmed, Effect.RecordAccession.class).accession();
        assertThat(accession.from()).contains(ONE);
        assertThat(accession.promotedMillis()).isEqualTo(1);
        assertThat(accession.confirmedMillis()).isEqualTo(2);
        assertThat(accession.cause().words()).isEqualTo("this is the only member");
        assertThat(core.view().gateOpen()).isTrue();
        assertThat(core.view().leader()).contains(ONE);
    }

    @Test
    void aWrongTimelineIsNeverServedOn() {
        ElectionCore core = core(ONE);
        Effect.Quiesce quiesce = find(core.step(0, standby(ALONE)), Effect.Quiesce.class);
        Effect.PersistPromise promise = find(
                core.step(1, new Input.Quiesced(quiesce.token(), Position.of(1, "0/10"), Optional.of(ALONE))),
                Effect.PersistPromise.class);
        core.step(2, new Input.PromisePersisted(promise.promise()));
        List<Effect> effects = core.step(3, new Input.Promoted(new Term(2), new TimelineId(3), Position.of(1, "0/10")));
        find(effects, Effect.Quiesce.class);
        assertThat(core.view().phase()).isEqualTo(ElectionPhase.STEPPING_DOWN);
    }

    @Test
    void nothingIsSaidBeforeThePromiseIsDurable() {
        ElectionCore core = core(TWO);
        core.step(0, standby(PAIR));
        Message.Recruit recruit = new Message.Recruit(new Term(5), 99, new TimelineId(4), new Term(1));
        Effect.Quiesce quiesce = find(core.step(1, from(ONE, recruit)), Effect.Quiesce.class);
        List<Effect> still =
                core.step(2, new Input.Quiesced(quiesce.token(), Position.of(1, "0/10"), Optional.of(PAIR)));
        assertThat(replies(still)).isEmpty();
        Promise promise = find(still, Effect.PersistPromise.class).promise();
        assertThat(promise.reservedTimeline()).isEqualTo(new TimelineId(4));
        assertThat(replies(core.step(3, new Input.PromisePersisted(promise))))
                .singleElement()
                .satisfies(reply -> assertThat(reply.granted()).isTrue());
        // The same term for another round is refused, whoever asks.
        Message.Recruit rival = new Message.Recruit(new Term(5), 98, new TimelineId(9), new Term(1));
        assertThat(replies(core.step(4, from(ONE, rival))))
                .singleElement()
                .satisfies(reply -> assertThat(reply.granted()).isFalse());
    }

    @Test
    void aReservedTimelineIsNotGivenAway() {
        ElectionCore core = core(TWO);
        core.step(0, standby(PAIR));
        Message.Recruit recruit = new Message.Recruit(new Term(5), 99, TimelineId.FIRST, new Term(1));
        assertThat(replies(core.step(1, from(ONE, recruit))))
                .singleElement()
                .satisfies(reply -> assertThat(reply.granted()).isFalse());
    }

    @Test
    void aLeaderThatIsHeardIsNotDisturbed() {
        ElectionCore core = core(TWO);
        core.step(0, standby(PAIR));
        Message.Recruit recruit = new Message.Recruit(new Term(5), 99, new TimelineId(4), Term.ZERO);
        assertThat(replies(core.step(1, from(ONE, recruit))))
                .singleElement()
                .satisfies(reply -> assertThat(reply.reason()).contains("ms ago"));
    }

    @Test
    void strangersAreIgnored() {
        ElectionCore core = core(TWO);
        core.step(0, standby(PAIR));
        Message.Recruit recruit = new Message.Recruit(new Term(5), 99, new TimelineId(4), new Term(1));
        Envelope foreign = new Envelope(new ClusterId("00000000000000bb"), ONE, TWO, new Term(4), recruit);
        assertThat(core.step(1, new Input.Received(foreign))).singleElement().isInstanceOf(Effect.Note.class);
    }

    @Test
    void aPromiseThatCannotBeWrittenEndsTheNodesVoice() {
        ElectionCore core = core(TWO);
        core.step(0, standby(PAIR));
        Message.Recruit recruit = new Message.Recruit(new Term(5), 99, new TimelineId(4), new Term(1));
        Effect.Quiesce quiesce = find(core.step(1, from(ONE, recruit)), Effect.Quiesce.class);
        Promise promise = find(
                        core.step(2, new Input.Quiesced(quiesce.token(), Position.of(1, "0/10"), Optional.of(PAIR))),
                        Effect.PersistPromise.class)
                .promise();
        core.step(3, new Input.PromiseFailed(promise, "no space left on device"));
        assertThat(core.view().phase()).isEqualTo(ElectionPhase.FAILED);
        assertThat(core.view().reason()).contains("no space left on device");
        Message.Recruit again = new Message.Recruit(new Term(6), 100, new TimelineId(5), new Term(1));
        assertThat(replies(core.step(4, from(ONE, again))))
                .singleElement()
                .satisfies(reply -> assertThat(reply.granted()).isFalse());
    }

    @Test
    void whatFailsAgainAndAgainIsTriedLessOften() {
        ElectionCore core = core(TWO);
        Leadership leadership = new Leadership(new Term(2), ONE, new TimelineId(2), Position.of(1, "0/10"));
        core.step(
                0,
                new Input.LocalPostgres(
                        PostgresState.EMPTY,
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty()));
        Promise promise = find(core.step(1, from(ONE, new Message.Follow(leadership))), Effect.PersistPromise.class)
                .promise();
        List<Effect> effects = core.step(2, new Input.PromisePersisted(promise));
        int tries = 0;
        for (long now = 3; now < 300_000; now += 100) {
            for (Effect effect : effects) {
                if (effect instanceof Effect.Follow) {
                    tries++;
                    core.step(now, new Input.FollowFailed(leadership.term(), "the disk is full"));
                }
            }
            effects = core.step(now, new Input.Tick());
        }
        assertThat(tries).isBetween(10, 20);
    }

    @Test
    void whileElectionsArePausedNoVoiceIsGivenButToTheHeir() {
        ElectionCore core = core(TWO);
        core.step(0, standby(PAIR));
        Pause pause = Pause.NEVER.paused(0, "new switches");
        assertThat(find(core.step(1, new Input.SetPause(pause)), Effect.PersistPause.class)
                        .pause())
                .isEqualTo(pause);
        Message.Recruit recruit = new Message.Recruit(new Term(5), 99, new TimelineId(4), new Term(1));
        assertThat(replies(core.step(2, from(ONE, recruit))))
                .singleElement()
                .satisfies(reply -> assertThat(reply.reason()).contains("paused"));

        core.step(3, from(ONE, new Message.Resign(new Term(1), Optional.of(ONE), "switchover")));
        find(core.step(4, from(ONE, recruit)), Effect.Quiesce.class);

        // An older word changes nothing, a newer one does.
        core.step(5, new Input.SetPause(Pause.NEVER));
        assertThat(core.view().pause()).isEqualTo(pause);
        core.step(6, new Input.SetPause(pause.resumed("")));
        assertThat(core.view().pause().on()).isFalse();
    }

    @Test
    void illegalMovesNameBothPhases() {
        PhaseKeeper keeper = new PhaseKeeper();
        assertThatThrownBy(() -> keeper.move(new Phase.Promoting(ALONE, 0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Starting")
                .hasMessageContaining("Promoting");
    }

    private static Input from(NodeId sender, Message message) {
        return new Input.Received(new Envelope(CLUSTER, sender, TWO, new Term(1), message));
    }

    private static List<Message.RecruitReply> replies(List<Effect> effects) {
        return effects.stream()
                .filter(effect -> effect instanceof Effect.Send)
                .map(effect -> ((Effect.Send) effect).envelope().message())
                .filter(message -> message instanceof Message.RecruitReply)
                .map(message -> (Message.RecruitReply) message)
                .toList();
    }
}
