package io.howdah.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.kernel.model.Term;
import org.junit.jupiter.api.Test;

/** An admin that sends orders of an old term. */
class OrderAgeTest {
    private static final Term OWN = new Term(7);

    @Test
    void anOrderOfAPastTermIsRefusedWithItsReason() {
        assertThat(OrderAge.objection("{\"node\":\"node3\",\"term\":6}", OWN)).hasValueSatisfying(answer -> {
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.json()).contains("past term", "given in term 6", "promised term 7", "howdah status");
        });
    }

    @Test
    void anOrderOfThePresentTermAndOneThatNamesNoneAreNot() {
        assertThat(OrderAge.objection("{\"term\":7}", OWN)).isEmpty();
        assertThat(OrderAge.objection("{\"term\":8}", OWN)).isEmpty();
        assertThat(OrderAge.objection("{}", OWN)).isEmpty();
        assertThat(OrderAge.objection("", OWN)).isEmpty();
        assertThat(OrderAge.objection("no json", OWN)).isEmpty();
    }
}
