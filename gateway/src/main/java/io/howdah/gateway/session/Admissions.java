package io.howdah.gateway.session;

import io.howdah.gateway.dialogue.Conversation;
import io.howdah.postgres.wire.FrontendType;
import io.netty.buffer.ByteBuf;

/** Decides for each message of a client whether it may go to the server at hand, must wait, or is answered by the gateway. */
final class Admissions {
    /** What to do with a message of the client. */
    enum Admission {
        FORWARD,
        /** Leave it in the buffer; {@link ClientReader#resume} is called when it may go. */
        WAIT,
        /** The gateway answers it. */
        ANSWER,
        /** The cache has the answer to the request that begins with it. */
        SERVE
    }

    private final Session session;
    private final Conversation conversation;

    Admissions(Session session) {
        this.session = session;
        this.conversation = session.conversation();
    }

    /** Judges a message whose body lies in {@code [start, end)}, perhaps without its end. */
    Admission admit(byte type, ByteBuf in, int start, int end) {
        if (type == FrontendType.TERMINATE) {
            return Admission.ANSWER;
        }
        if (session.holding().isOpening()) {
            return Admission.WAIT;
        }
        if (session.isAnsweredLocally()) {
            return Admission.ANSWER;
        }
        boolean begins = startsRequest(type) && !conversation.segmentOpen();
        if (begins) {
            session.meter().begins();
            if (conversation.atRest()) {
                if (session.caching().look(in, start)) {
                    return Admission.SERVE;
                }
                session.routing().decide(in, start);
            }
        }
        Admission admission = admitToServer(type);
        if (admission == Admission.FORWARD && session.requests().mustWait(type, in, start, end)) {
            session.stall();
            return Admission.WAIT;
        }
        if (admission == Admission.FORWARD && session.listening().mustWait(type, in, start, end, begins)) {
            return Admission.WAIT;
        }
        if (admission == Admission.FORWARD) {
            session.routing().forwarded(in, start, !begins);
            session.caching().forwarded(!begins);
            if (begins) {
                session.meter().sent();
                session.server().requested();
            }
        } else if (begins) {
            session.meter().held();
        }
        return admission;
    }

    private Admission admitToServer(byte type) {
        if (!session.server().isThere()) {
            return startsRequest(type) ? session.holding().hold() : Admission.ANSWER;
        }
        if (session.holding().isHeld()) {
            return Admission.WAIT;
        }
        if (conversation.segmentOpen()) {
            return Admission.FORWARD;
        }
        if (!conversation.expected().isEmpty()) {
            boolean waits =
                    session.picture().holds(session) || session.routing().mustFinishFirst();
            return waits && startsRequest(type) ? session.holding().hold() : Admission.FORWARD;
        }
        if (session.cancellation().isUnderWay()) {
            return session.holding().hold();
        }
        if (conversation.status() != 'I') {
            return Admission.FORWARD;
        }
        boolean elsewhere = session.server().isMisplaced() || session.picture().holds(session);
        return elsewhere ? session.holding().hold() : Admission.FORWARD;
    }

    private static boolean startsRequest(byte type) {
        return switch (type) {
            case FrontendType.SYNC,
                    FrontendType.FLUSH,
                    FrontendType.COPY_DATA,
                    FrontendType.COPY_DONE,
                    FrontendType.COPY_FAIL -> false;
            default -> true;
        };
    }
}
