package io.howdah.testkit.simulation;

import io.howdah.kernel.election.Effect;
import io.howdah.kernel.election.PostgresState;
import java.util.ArrayList;
import java.util.List;

/** Writers that insert unique numbers and remember which were acknowledged; a few find their way past the gate. */
final class Clients {
    private final World world;
    private final List<LogRecord> acknowledged = new ArrayList<>();
    private long lastId;
    private long lastAcknowledgedMicros;
    private boolean running = true;
    private long longestGapMicros;
    private long switchovers;
    private long everyMicros = 60_000;

    Clients(World world) {
        this.world = world;
    }

    /** How far apart the writes are from now on. */
    void pace(long micros) {
        everyMicros = micros;
    }

    void start() {
        if (!running) {
            return;
        }
        world.schedule.after(world.schedule.between(everyMicros / 2, everyMicros * 3 / 2), () -> {
            write();
            start();
        });
    }

    void stop() {
        running = false;
    }

    List<LogRecord> acknowledged() {
        return acknowledged;
    }

    long longestGapMicros() {
        return longestGapMicros;
    }

    void forgetGaps() {
        longestGapMicros = 0;
        lastAcknowledgedMicros = world.schedule.nowMicros();
    }

    /** Switchovers that ended as they should. */
    long switchovers() {
        return switchovers;
    }

    void switchedOver(Effect.ReportSwitchover report) {
        if (report.outcome() == Effect.SwitchoverOutcome.DONE) {
            switchovers++;
        }
    }

    private void write() {
        boolean past = world.schedule.chance(0.2);
        for (SimulatedNode node : world.nodes) {
            SimulatedPostgres postgres = node.postgres();
            if (postgres.state() == PostgresState.PRIMARY
                    && !postgres.isPaused()
                    && (past || (node.gateOpen() && !node.isDraining()))) {
                lastId++;
                LogRecord[] written = new LogRecord[1];
                written[0] =
                        postgres.commit(new LogRecord.ClientWrite(lastId), () -> acknowledge(postgres, written[0]));
            }
        }
    }

    private void acknowledge(SimulatedPostgres primary, LogRecord record) {
        acknowledged.add(record);
        world.invariants.acknowledged(primary, record);
        long now = world.schedule.nowMicros();
        longestGapMicros = Math.max(longestGapMicros, now - lastAcknowledgedMicros);
        lastAcknowledgedMicros = now;
    }
}
