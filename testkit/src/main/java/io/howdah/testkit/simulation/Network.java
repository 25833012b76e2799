package io.howdah.testkit.simulation;

/** Which node can reach which, how long it takes, and what is lost or doubled on the way. */
final class Network {
    private final Schedule schedule;
    private final boolean[][] cut;
    private double loss;
    private double doubling;
    private long slowestMicros = 1_000;

    Network(Schedule schedule, int nodes) {
        this.schedule = schedule;
        this.cut = new boolean[nodes][nodes];
    }

    void quality(double lost, double doubled, long slowest) {
        loss = lost;
        doubling = doubled;
        slowestMicros = slowest;
    }

    void cut(int from, int to, boolean down) {
        cut[from][to] = down;
    }

    void healAll() {
        for (boolean[] row : cut) {
            java.util.Arrays.fill(row, false);
        }
    }

    boolean reaches(int from, int to) {
        return !cut[from][to];
    }

    long delayMicros() {
        // Mostly quick, sometimes late: enough for messages to overtake each other.
        return schedule.chance(0.9)
                ? schedule.between(300, slowestMicros)
                : schedule.between(slowestMicros, 20 * slowestMicros);
    }

    void datagram(int from, int to, Runnable arrival) {
        if (cut[from][to] || schedule.chance(loss)) {
            return;
        }
        schedule.after(delayMicros(), arrival);
        if (schedule.chance(doubling)) {
            schedule.after(10 * delayMicros(), arrival);
        }
    }
}
