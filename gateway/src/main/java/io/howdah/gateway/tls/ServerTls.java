package io.howdah.gateway.tls;

import io.howdah.postgres.client.Encryption;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** TLS of connections to servers, with libpq's meaning of the modes. Safe on every thread. */
public final class ServerTls {
    /** How sure the gateway must be of whom it speaks to. */
    public enum Mode {
        DISABLE,
        /** Encrypted, whoever it is. */
        REQUIRE,
        /** The certificate is signed by the authority. */
        VERIFY_CA,
        /** It also names the host. */
        VERIFY_FULL
    }

    public static final ServerTls OFF = new ServerTls(Mode.DISABLE, Optional.empty());

    private final Mode mode;
    private final Optional<Path> authority;
    private volatile @Nullable SslContext context; // written by start and reload, read by the event loops

    private ServerTls(Mode mode, Optional<Path> authority) {
        this.mode = mode;
        this.authority = authority;
    }

    /**
     * @param authority who signs the servers' certificates; needed to verify
     * @throws TlsException when the file cannot be used
     */
    public static ServerTls load(Mode mode, Optional<Path> authority) {
        ServerTls tls = new ServerTls(mode, authority);
        tls.reload();
        return tls;
    }

    /**
     * Reads the authority's file again; new connections go by it.
     *
     * @throws TlsException when it cannot be used; what was in force stays in force
     */
    public void reload() {
        if (mode == Mode.DISABLE) {
            return;
        }
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forClient().sslProvider(SslProvider.JDK).protocols("TLSv1.3", "TLSv1.2");
            if (mode == Mode.REQUIRE) {
                builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
            } else {
                authority.ifPresent(file -> builder.trustManager(file.toFile()));
            }
            context = builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsException(
                    "the certificates in %s cannot be used to verify servers: %s"
                            .formatted(authority.map(Path::toString).orElse("the JDK's store"), e.getMessage()),
                    e);
        }
    }

    public boolean isOn() {
        return mode != Mode.DISABLE;
    }

    /** The same for connections that are not Netty's; empty when servers are spoken to in the clear. */
    public Optional<Encryption> encryption() {
        return isOn() ? Optional.of(this::protect) : Optional.empty();
    }

    private Socket protect(Socket socket, String host, int port) throws IOException {
        if (!(context instanceof JdkSslContext now)) {
            throw new IllegalStateException("not loaded");
        }
        SSLSocket protectedSocket = (SSLSocket) now.context().getSocketFactory().createSocket(socket, host, port, true);
        SSLParameters parameters = protectedSocket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(identification());
        protectedSocket.setSSLParameters(parameters);
        protectedSocket.startHandshake();
        return protectedSocket;
    }

    private String identification() {
        return mode == Mode.VERIFY_FULL ? "HTTPS" : "";
    }

    SslHandler handler(ByteBufAllocator allocator, String host, int port) {
        SslContext now = context;
        if (now == null) {
            throw new IllegalStateException("not loaded");
        }
        SSLEngine engine = now.newEngine(allocator, host, port);
        SSLParameters parameters = engine.getSSLParameters();
        // Netty's clients check the name unless told otherwise.
        parameters.setEndpointIdentificationAlgorithm(identification());
        engine.setSSLParameters(parameters);
        return new SslHandler(engine);
    }
}
