package io.howdah.testkit.simulation;

/** A replication connection: the standby that receives, the node it receives from, and the term in the standby's name. */
final class Connection {
    final SimulatedPostgres standby;
    final SimulatedPostgres upstream;
    final long stampTerm;
    long sent;
    long acknowledged;
    long heardMicros;
    boolean open = true;
    boolean busy;

    /** The standby has diverged: it confirms its own position and gets nothing new. */
    boolean barren;

    /** The upstream end is gone; the standby may not know yet. */
    boolean severed;

    Connection(SimulatedPostgres standby, SimulatedPostgres upstream, long stampTerm, long nowMicros) {
        this.standby = standby;
        this.upstream = upstream;
        this.stampTerm = stampTerm;
        this.heardMicros = nowMicros;
    }
}
