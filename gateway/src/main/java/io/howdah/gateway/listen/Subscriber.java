package io.howdah.gateway.listen;

import io.howdah.postgres.wire.BackendMessages.Notification;
import io.netty.channel.EventLoop;

/** A client that listens. Called on its own event loop, in the order in which the server said things. */
public interface Subscriber {
    EventLoop loop();

    /** Somebody has notified one of the channels that it is registered for. */
    void notified(Notification notification);

    /** The connection was lost for a moment, and what was notified meanwhile with it. */
    void interrupted();
}
