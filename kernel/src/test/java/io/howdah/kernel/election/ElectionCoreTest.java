package io.howdah.kernel.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import io.howdah.kernel.model.Pause;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** One core, spoken to by hand; how several get on with each other is the simulator's business. */
class ElectionCoreTest {
    private static final ClusterId CLUSTER = new ClusterId("00000000000000aa");
    private static final NodeId ONE = new NodeId("node1");
    private static final NodeId TWO = new NodeId("node2");
    private static final Rule ALONE = new Rule(new Term(1), 1, ONE, new TreeSet<>(List.of(ONE)), TimelineId.FIRST);
    private static final Rule PAIR = new Rule(new Term(1), 1, ONE, new TreeSet<>(List.of(ONE, TWO)), TimelineId.FIRST);

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
                core.step(3, new Input.Promoted(new Term(2), new TimelineId(2), Lsn.parse("0/10"))),
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
        List<Effect> effects = core.step(3, new Input.Promoted(new Term(2), new TimelineId(3), Lsn.parse("0/10")));
        find(effects, Effect.Quiesce.class);
        assertThat(core.view().phase()).isEqualTo(ElectionPhase.STEPPING_DOWN);
    }

    @Test
    void anOrderInstallsASurvivorUnderATermFarAboveAndIsWrittenDown() {
        ElectionCore core = core(TWO);
        core.step(0, standby(PAIR));
        Effect.Promote promote = forced(core, true);
        assertThat(promote.rule().members()).containsExactly(TWO);
        assertThat(promote.rule().term()).isEqualTo(new Term(11));
        assertThat(promote.setting().required()).isZero();
        Effect.WriteRule write = find(
                core.step(4, new Input.Promoted(new Term(11), new TimelineId(11), Lsn.parse("0/10"))),
                Effect.WriteRule.class);
        assertThat(write.reason()).isEqualTo("node1 burned");
        List<Effect> done = core.step(5, new Input.RuleCommitted(write.rule(), Lsn.parse("0/20")));
        assertThat(find(done, Effect.ReportForced.class).done()).isTrue();
        // The lost leader gave no voice and may serve reads for the rest of its lease.
        assertThat(core.view().gateOpen()).isFalse();
        find(core.step(3 + ElectionSettings.defaults().leaseMillis(), new Input.Tick()), Effect.OpenGate.class);
    }

    @Test
    void anOrderWithoutConsentGivesNothingUp() {
        ElectionCore core = core(TWO);
        core.step(0, standby(PAIR));
        Effect.ReportForced refusal = find(orderAndSwear(core, false), Effect.ReportForced.class);
        assertThat(refusal.done()).isFalse();
        assertThat(refusal.words()).contains("commits could be lost");
        assertThat(core.view().phase()).isEqualTo(ElectionPhase.RECRUITED);
    }

    @Test
    void anOrderToANodeWithoutDataIsRefused() {
        ElectionCore core = core(TWO);
        List<Effect> effects = core.step(0, order(true));
        assertThat(find(effects, Effect.ReportForced.class).words()).contains("has no data");
    }

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
                core.step(4, new Input.Promoted(new Term(2), new TimelineId(2), Lsn.parse("0/10"))),
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
                core.step(3, new Input.Promoted(new Term(2), new TimelineId(2), Lsn.parse("0/10"))),
                Effect.WriteRule.class);
        core.step(4, new Input.RuleCommitted(write.rule(), Lsn.parse("0/20")));
        return core;
    }

    private static Input.ForceLeadership order(boolean lossAccepted) {
        TreeSet<NodeId> two = new TreeSet<>(List.of(TWO));
        return new Input.ForceLeadership("f", two, two, lossAccepted, "node1 burned");
    }

    private static List<Effect> orderAndSwear(ElectionCore core, boolean lossAccepted) {
        Effect.Quiesce quiesce = find(core.step(1, order(lossAccepted)), Effect.Quiesce.class);
        Effect.PersistPromise promise = find(
                core.step(2, new Input.Quiesced(quiesce.token(), Position.of(1, "0/10"), Optional.of(PAIR))),
                Effect.PersistPromise.class);
        return core.step(3, new Input.PromisePersisted(promise.promise()));
    }

    private static Effect.Promote forced(ElectionCore core, boolean lossAccepted) {
        return find(orderAndSwear(core, lossAccepted), Effect.Promote.class);
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
        Leadership leadership = new Leadership(new Term(2), ONE, new TimelineId(2), Lsn.parse("0/10"));
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

    private static ElectionCore core(NodeId self) {
        return new ElectionCore(
                ElectionSettings.defaults(),
                CLUSTER,
                self,
                new TreeSet<>(List.of(self)),
                Promise.initial(CLUSTER, self),
                new SplittableRandom(1));
    }

    private static Input standby(Rule rule) {
        return new Input.LocalPostgres(
                PostgresState.STANDBY,
                Optional.of(Position.of(1, "0/10")),
                Optional.of(rule),
                false,
                Optional.empty(),
                Optional.empty());
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

    private static <E extends Effect> E find(List<Effect> effects, Class<E> kind) {
        return effects.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " in " + effects));
    }
}
