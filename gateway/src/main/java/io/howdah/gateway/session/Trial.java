package io.howdah.gateway.session;

import io.howdah.postgres.wire.BackendType;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A read that a replica is asked to serve. Until the first row, or the end without one, the client gets nothing, so that a replica that
 * refuses can be replaced by the primary without a trace. The read is kept for as long.
 */
final class Trial {
    /** More than this before the first row is not kept from the client. */
    private static final int MOST_HELD = 64 << 10;

    private final ClientSide client;
    private @Nullable ByteBuf request;
    private @Nullable ByteBuf held;
    private List<String> parsed = List.of();
    private boolean failing;

    Trial(ClientSide client) {
        this.client = client;
    }

    /**
     * @param copy of the request's messages
     * @param names that it gives to prepared statements
     */
    void begin(ByteBuf copy, List<String> names) {
        close();
        request = copy;
        parsed = names;
    }

    /** The replica has neither served nor refused it yet. */
    boolean isOpen() {
        return request != null && !failing;
    }

    /** The replica has refused it; the rest of its answer is of no interest. */
    boolean isFailing() {
        return failing;
    }

    List<String> parsed() {
        return parsed;
    }

    /** Something for the client, in its order. */
    void write(ByteBuf bytes) {
        if (failing) {
            bytes.release();
        } else if (request == null) {
            client.write(bytes);
        } else {
            ByteBuf before = held == null ? client.buffer() : held;
            held = before.writeBytes(bytes);
            bytes.release();
            if (before.readableBytes() > MOST_HELD) {
                served();
            }
        }
    }

    /** Whether an answer of this type shows that the replica serves the read. */
    static boolean isProof(byte type) {
        return switch (type) {
            case BackendType.COMMAND_COMPLETE,
                    BackendType.EMPTY_QUERY_RESPONSE,
                    BackendType.PORTAL_SUSPENDED,
                    BackendType.COPY_IN_RESPONSE,
                    BackendType.COPY_OUT_RESPONSE,
                    BackendType.COPY_BOTH_RESPONSE,
                    BackendType.READY_FOR_QUERY -> true;
            default -> false;
        };
    }

    /** The client gets what was held back, and everything that follows. */
    void served() {
        ByteBuf before = held;
        held = null;
        close();
        if (before != null) {
            client.write(before);
        }
    }

    /**
     * Whether the primary may say something else than the replica that said this. Not when the client itself has canceled the statement,
     * when the text is wrong or when the error lies in the data.
     */
    static boolean isWorthAnother(String sqlState) {
        return !sqlState.equals("57014")
                && !sqlState.equals("42601")
                && !sqlState.startsWith("22")
                && !sqlState.startsWith("23")
                && !sqlState.startsWith("P0");
    }

    /** The read is not to be kept any longer. */
    void end() {
        if (isOpen()) {
            served();
        }
    }

    /** The replica refuses. */
    void refused() {
        failing = true;
        if (held != null) {
            held.release();
            held = null;
        }
    }

    /** The request, to be sent elsewhere; the caller owns it. */
    ByteBuf take() {
        ByteBuf taken = request;
        if (taken == null) {
            throw new IllegalStateException("there is no request on trial");
        }
        request = null;
        close();
        return taken;
    }

    void close() {
        if (request != null) {
            request.release();
            request = null;
        }
        if (held != null) {
            held.release();
            held = null;
        }
        parsed = List.of();
        failing = false;
    }
}
