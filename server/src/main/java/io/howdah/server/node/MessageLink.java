package io.howdah.server.node;

import io.howdah.kernel.election.Envelope;

/** Carries messages to peers without waiting; may lose them. */
interface MessageLink {
    void send(Envelope envelope);
}
