package io.howdah.gateway.session;

import io.howdah.postgres.wire.Bytes;

/** Where cancel requests go whose session is not here: processes of the same gateway that have not ended yet. Safe on every thread. */
public interface CancelForward {
    CancelForward NOWHERE = (processId, secret, done) -> done.run();

    /** @param done called on any thread once somebody has dealt with the request, or nobody has such a session; never blocks */
    void forward(int processId, Bytes secret, Runnable done);
}
