package io.howdah.gateway.tls;

import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.protocol.Errors;
import io.howdah.postgres.wire.StartupPacket;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.Optional;

/**
 * The first that a client meets: answers requests for encryption, and makes way for what comes after them. A client may also begin with
 * TLS at once. Nothing that was sent in clear text behind a request for TLS is ever taken for part of what is protected
 * (CVE-2021-23214).
 */
public final class TlsGate extends ByteToMessageDecoder {
    /** The first byte of a TLS record that begins a handshake (RFC 8446, section 5.1). */
    private static final byte HANDSHAKE = 0x16;

    private final Optional<ClientTls> tls;
    private boolean tlsAsked;
    private boolean gssAsked;

    /** @param tls empty when the gateway has no certificate */
    public TlsGate(Optional<ClientTls> tls) {
        this.tls = tls;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (!tlsAsked && in.getByte(in.readerIndex()) == HANDSHAKE) {
            direct(context, in);
            return;
        }
        if (in.readableBytes() < Integer.BYTES) {
            return;
        }
        if (in.getInt(in.readerIndex()) != StartupPacket.MINIMUM_LENGTH) {
            context.pipeline().remove(this);
            return;
        }
        if (in.readableBytes() < StartupPacket.MINIMUM_LENGTH) {
            return;
        }
        int code = in.getInt(in.readerIndex() + Integer.BYTES);
        if (code == StartupPacket.SSL_CODE && !tlsAsked) {
            in.skipBytes(StartupPacket.MINIMUM_LENGTH);
            tlsAsked = true;
            negotiated(context, in);
        } else if (code == StartupPacket.GSS_ENCRYPTION_CODE && !gssAsked) {
            in.skipBytes(StartupPacket.MINIMUM_LENGTH);
            gssAsked = true;
            answer(context, StartupPacket.ENCRYPTION_REFUSED);
        } else {
            context.pipeline().remove(this);
        }
    }

    private void negotiated(ChannelHandlerContext context, ByteBuf in) {
        if (tls.isEmpty()) {
            answer(context, StartupPacket.ENCRYPTION_REFUSED);
        } else if (in.isReadable()) {
            in.skipBytes(in.readableBytes());
            refuse(context, "received unencrypted data after SSL request");
        } else {
            answer(context, StartupPacket.ENCRYPTION_ACCEPTED);
            context.pipeline().replace(this, "tls", tls.get().handler(context.alloc()));
        }
    }

    private void direct(ChannelHandlerContext context, ByteBuf in) {
        if (tls.isEmpty()) {
            in.skipBytes(in.readableBytes());
            refuse(context, "the gateway has no certificate and speaks no TLS");
            return;
        }
        SslHandler handler = tls.get().handler(context.alloc());
        context.pipeline().addAfter(context.name(), "alpn", new ProtocolCheck());
        context.pipeline().replace(this, "tls", handler);
    }

    private static void answer(ChannelHandlerContext context, byte answer) {
        Channels.send(context, context.alloc().buffer(1).writeByte(answer));
    }

    private static void refuse(ChannelHandlerContext context, String message) {
        ByteBuf out = context.alloc().buffer(128);
        Errors.protocolViolation(message).writeError(out);
        Channels.sendAndClose(context.channel(), out);
    }
}
