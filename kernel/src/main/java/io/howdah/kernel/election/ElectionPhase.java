package io.howdah.kernel.election;

/** Where a node stands in the life of a term; each value comes with the sentence shown to people. */
public enum ElectionPhase {
    STARTING("has not seen its own PostgreSQL yet"),
    WAITING("knows no leader that it may follow"),
    FOLLOWING("follows the leader of its term"),
    RECRUITED("has stopped receiving and promised its voice to one election"),
    PROMOTING("has won the election and leaves recovery"),
    CONFIRMING("is primary and waits until a majority holds the first row of its term"),
    LEADING("leads"),
    HANDING_OVER("stops its PostgreSQL so that another node can lead"),
    STEPPING_DOWN("turns its PostgreSQL back into a standby"),
    REMOTE("follows a primary of another cluster; nobody is elected meanwhile"),
    FAILED("cannot make promises durable and takes no part in elections");

    private final String sentence;

    ElectionPhase(String sentence) {
        this.sentence = sentence;
    }

    /** Completes "the node ...". */
    public String sentence() {
        return sentence;
    }

    /** True while the node's PostgreSQL is, or is about to be, a primary in the right of its term. */
    public boolean holdsOffice() {
        return switch (this) {
            case PROMOTING, CONFIRMING, LEADING -> true;
            case STARTING, WAITING, FOLLOWING, RECRUITED, HANDING_OVER, STEPPING_DOWN, REMOTE, FAILED -> false;
        };
    }
}
