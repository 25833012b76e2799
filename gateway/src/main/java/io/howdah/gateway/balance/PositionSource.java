package io.howdah.gateway.balance;

import io.howdah.gateway.route.Backend;
import io.howdah.kernel.model.Lsn;

/** Opens connections on which a server is asked for its position in the log. */
public interface PositionSource {
    /** Blocks; throws an unchecked exception when the server cannot be reached. */
    Asked open(Backend place);

    /** One such connection; used by one thread. */
    interface Asked extends AutoCloseable {
        /** Blocks until the server has answered; throws an unchecked exception when it does not. */
        Reading read();

        @Override
        void close();
    }

    /**
     * What a server said.
     *
     * @param end how far a primary has written, or a standby has replayed
     */
    record Reading(boolean standby, Lsn end) {}
}
