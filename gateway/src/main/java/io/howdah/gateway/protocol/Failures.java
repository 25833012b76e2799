package io.howdah.gateway.protocol;

import io.howdah.postgres.scram.ScramException;
import io.howdah.postgres.wire.ProtocolException;
import io.netty.handler.codec.DecoderException;

/** Why connections fail: the network, the other side, or the gateway itself. */
public final class Failures {
    private Failures() {}

    /** What was thrown, without what a decoder wraps around it. */
    public static Throwable root(Throwable cause) {
        Throwable inner = cause.getCause();
        return cause instanceof DecoderException && inner != null ? inner : cause;
    }

    /** Neither the network nor what the other side sent explains it. */
    public static boolean isOwnMistake(Throwable cause) {
        return switch (root(cause)) {
            case ProtocolException _, ScramException _, DecoderException _ -> false;
            case RuntimeException _, Error _ -> true;
            default -> false;
        };
    }
}
