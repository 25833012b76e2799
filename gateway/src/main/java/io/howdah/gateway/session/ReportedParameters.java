package io.howdah.gateway.session;

import io.howdah.postgres.wire.BackendMessages;
import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The settings that a server reports by itself, as the client knows them. While a new server is being prepared its reports are kept
 * back; the client then hears only of what differs in the end.
 */
final class ReportedParameters {
    private SequencedMap<String, String> known = new LinkedHashMap<>();
    private SequencedMap<String, String> coming = known;
    private boolean preparing;

    /** The first server: the client hears everything. */
    void begin(SequencedMap<String, String> reported, ByteBuf out) {
        known = reported;
        known.forEach((name, value) -> BackendMessages.parameterStatus(out, name, value));
    }

    /** A new server has logged the session in. */
    void prepare(SequencedMap<String, String> reported) {
        coming = reported;
        preparing = true;
    }

    /** The server that was being prepared is gone. */
    void abandon() {
        preparing = false;
    }

    /** The server reports a value. Says whether the client should hear it now. */
    boolean report(String name, String value) {
        (preparing ? coming : known).put(name, value);
        return !preparing;
    }

    /** The new server is ready: tells what differs. */
    void prepared(ByteBuf out) {
        if (preparing) {
            preparing = false;
            coming.forEach((name, value) -> {
                if (!value.equals(known.get(name))) {
                    BackendMessages.parameterStatus(out, name, value);
                }
            });
            known = coming;
        }
    }
}
