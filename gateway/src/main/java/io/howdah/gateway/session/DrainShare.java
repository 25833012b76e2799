package io.howdah.gateway.session;

/** Whether one session has something in flight at the primary, and so keeps a planned switchover waiting. */
final class DrainShare {
    private boolean busy;
    private boolean counted;

    /**
     * @param cluster in which the session is; when that changes nothing is in flight
     * @param nowBusy whether a request or transaction is in flight
     * @param atPrimary whether that is at the primary; looked at only when the session becomes busy
     */
    void update(ClusterPart cluster, boolean nowBusy, boolean atPrimary) {
        if (nowBusy != busy) {
            busy = nowBusy;
            if (nowBusy) {
                counted = atPrimary;
            }
            if (counted) {
                cluster.busy(nowBusy ? 1 : -1);
            }
        }
    }
}
