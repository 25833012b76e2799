package io.howdah.kernel.election;

import static io.howdah.kernel.election.OneCore.PAIR;
import static io.howdah.kernel.election.OneCore.TWO;
import static io.howdah.kernel.election.OneCore.core;
import static io.howdah.kernel.election.OneCore.find;
import static io.howdah.kernel.election.OneCore.standby;
import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Leaders by order of an operator, where no election can be won. */
class ForcedElectionTest {
    @Test
    void anOrderInstallsASurvivorUnderATermFarAboveAndIsWrittenDown() {
        ElectionCore core = core(TWO);
        core.step(0, standby(PAIR));
        Effect.Promote promote = forced(core, true);
        assertThat(promote.rule().members()).containsExactly(TWO);
        assertThat(promote.rule().term()).isEqualTo(new Term(11));
        assertThat(promote.setting().required()).isZero();
        Effect.WriteRule write = find(
                core.step(4, new Input.Promoted(new Term(11), new TimelineId(11), Position.of(1, "0/10"))),
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
}
