package io.howdah.gateway.session;

import io.howdah.gateway.metrics.Traffic;
import io.howdah.gateway.protocol.Channels;
import io.howdah.postgres.wire.ErrorFields;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** The connection of a session's client: what is sent to it, and why nothing is read from it. */
final class ClientSide {
    /** The session waits for a server, and has read as much ahead as it may. */
    static final int HELD = 1;

    /** The server takes no more at the moment. */
    static final int BACKEND_FULL = 2;

    /** The client does not read what it gets: its next requests would only add to that. */
    static final int UNREAD = 4;

    private final Channel channel;
    private final Traffic traffic;
    private int pauses;

    ClientSide(Channel channel, Traffic traffic) {
        this.channel = channel;
        this.traffic = traffic;
    }

    Channel channel() {
        return channel;
    }

    ByteBuf buffer() {
        return channel.alloc().buffer(256);
    }

    void write(ByteBuf bytes) {
        traffic.sent(bytes.readableBytes());
        Channels.pass(channel, bytes);
    }

    void flush() {
        channel.flush();
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    /** Reading goes on when no reason against it is left. */
    void pause(int reason, boolean on) {
        int before = pauses;
        pauses = on ? pauses | reason : pauses & ~reason;
        if ((before == 0) != (pauses == 0)) {
            channel.config().setAutoRead(pauses == 0);
        }
    }

    /** Closes the connection with a last word. */
    void end(ErrorFields error) {
        ByteBuf out = buffer();
        error.writeError(out);
        Channels.sendAndClose(channel, out);
    }

    void close() {
        channel.flush();
        Channels.close(channel);
    }
}
