package io.howdah.bench.gateway;

import java.util.List;

/** {@code pgbench -S} in its three protocols, cold and warm, and with a new connection for each transaction. */
final class Loads {
    private static final int[] CLIENTS = {1, 8, 64};
    private static final List<String> PROTOCOLS = List.of("simple", "extended", "prepared");
    private static final int COLD_SECONDS = 5;
    private static final int WARM_UP_SECONDS = 12;
    private static final int CHURN_CLIENTS = 8;

    private Loads() {}

    private static Measurement run(Way way, int clients, int seconds, List<String> options) throws Exception {
        double before = way.usage().processorSeconds();
        Pgbench.Result result = Pgbench.load(way, clients, seconds, options);
        if (!result.failure().isEmpty()) {
            return Measurement.failed(result.failure());
        }
        double used = way.usage().processorSeconds() - before;
        return new Measurement(
                result.perSecond(), used * 1_000_000 / Math.max(1, result.transactions()), result.latencyMillis(), "");
    }

    /** The first seconds after the start: a JVM compiles what it runs often. Must come before everything else. */
    static Section cold() {
        return new Section() {
            @Override
            public String name() {
                return "cold";
            }

            @Override
            public String words() {
                return "the first %d s after the proxies' start, 8 clients".formatted(COLD_SECONDS);
            }

            @Override
            public void run(Course course) throws Exception {
                course.compare(
                        "simple, 8 clients, cold: tx/s",
                        1,
                        way -> Loads.run(way, 8, COLD_SECONDS, List.of("-S", "-M", "simple")));
            }
        };
    }

    /** A protocol, warm. */
    static Section steady(String protocol) {
        return new Section() {
            @Override
            public String name() {
                return protocol;
            }

            @Override
            public String words() {
                return "pgbench -S -M %s with 1, 8 and 64 clients, warm".formatted(protocol);
            }

            @Override
            public void run(Course course) throws Exception {
                List<String> options = List.of("-S", "-M", protocol);
                Loads.run(course.way(Way.HOWDAH), 16, WARM_UP_SECONDS, options);
                for (int clients : CLIENTS) {
                    course.compare(
                            "%s, %d client%s: tx/s".formatted(protocol, clients, clients == 1 ? "" : "s"),
                            way -> Loads.run(way, clients, course.seconds(), options));
                }
            }
        };
    }

    static List<Section> steady() {
        return PROTOCOLS.stream().map(Loads::steady).toList();
    }

    /** A new connection for each transaction. */
    static Section churn() {
        return new Section() {
            @Override
            public String name() {
                return "churn";
            }

            @Override
            public String words() {
                return "pgbench -S -C: a connection for each transaction, SCRAM, %d clients".formatted(CHURN_CLIENTS);
            }

            @Override
            public void run(Course course) throws Exception {
                List<String> options = List.of("-S", "-C");
                Loads.run(course.way(Way.HOWDAH), CHURN_CLIENTS, WARM_UP_SECONDS, options);
                course.compare(
                        "a connection for each, %d clients: connections/s".formatted(CHURN_CLIENTS),
                        way -> Loads.run(way, CHURN_CLIENTS, course.seconds(), options));
            }
        };
    }
}
