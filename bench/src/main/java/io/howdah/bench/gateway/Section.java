package io.howdah.bench.gateway;

/** One kind of load, which can be run alone. */
interface Section {
    /** How it is called on the command line. */
    String name();

    /** What it measures, in a line. */
    String words();

    void run(Course course) throws Exception;
}
