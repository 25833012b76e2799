package io.howdah.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DrainRollTest {
    private final List<String> complete = new ArrayList<>();
    private final DrainRoll roll = new DrainRoll(complete::add);

    @Test
    void withoutGatewaysThereIsNobodyToWaitFor() {
        roll.start("drain");

        assertThat(complete).containsExactly("drain");
    }

    @Test
    void waitsForEveryGatewayAndAnnouncesOnce() {
        roll.gatewayArrived("gateway1");
        roll.gatewayArrived("gateway2");
        roll.start("drain");

        roll.confirmed("gateway1", "drain");
        assertThat(complete).isEmpty();
        roll.confirmed("gateway2", "drain");
        roll.confirmed("gateway2", "drain");

        assertThat(complete).containsExactly("drain");
    }

    @Test
    void aGatewayThatGoesAwayIsNotWaitedFor() {
        roll.gatewayArrived("gateway1");
        roll.gatewayArrived("gateway2");
        roll.start("drain");
        roll.confirmed("gateway1", "drain");

        roll.gatewayLeft("gateway2");

        assertThat(complete).containsExactly("drain");
    }

    @Test
    void aConfirmationOfAnotherDrainDoesNotCount() {
        roll.gatewayArrived("gateway1");
        roll.start("second");

        roll.confirmed("gateway1", "first");

        assertThat(complete).isEmpty();
    }

    @Test
    void aDrainThatWasCalledOffIsNeverComplete() {
        roll.gatewayArrived("gateway1");
        roll.start("drain");
        roll.end();

        roll.confirmed("gateway1", "drain");

        assertThat(complete).isEmpty();
    }
}
