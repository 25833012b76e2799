package io.howdah.gateway.tls;

import io.howdah.postgres.wire.Bytes;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's own certificate, shown to clients that ask for TLS. Connections that are open keep the certificate with which they began.
 * Safe on every thread.
 */
public final class ClientTls {
    /** What a client that speaks TLS from its first byte must name (PostgreSQL 17, sslnegotiation=direct). */
    public static final String PROTOCOL = "postgresql";

    /**
     * Where the certificate is.
     *
     * @param certificate the chain in PEM, the gateway's own first
     * @param key its private key in PEM (PKCS #8), without passphrase
     * @param clientAuthority who signs the certificates of clients; without it clients are not asked for one
     */
    public record Paths(Path certificate, Path key, Optional<Path> clientAuthority) {}

    private record Loaded(SslContext context, Bytes endPoint) {}

    private final Paths files;
    private volatile @Nullable Loaded loaded; // written by start and reload, read by the event loops

    private ClientTls(Paths files) {
        this.files = files;
    }

    /** @throws TlsException when the files cannot be used */
    public static ClientTls load(Paths files) {
        ClientTls tls = new ClientTls(files);
        tls.reload();
        return tls;
    }

    /**
     * Reads the files again.
     *
     * @throws TlsException when they cannot be used; what was in force stays in force
     */
    public void reload() {
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(
                            files.certificate().toFile(), files.key().toFile())
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.FATAL_ALERT,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.FATAL_ALERT,
                            PROTOCOL));
            files.clientAuthority()
                    .ifPresent(authority ->
                            builder.trustManager(authority.toFile()).clientAuth(ClientAuth.OPTIONAL));
            loaded = new Loaded(builder.build(), endPoint(certificate(files.certificate())));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new TlsException(
                    "the certificate %s with the key %s cannot be used: %s. Both should be PEM, the key PKCS #8 without a passphrase"
                            .formatted(files.certificate(), files.key(), e.getMessage()),
                    e);
        }
    }

    /** A handler for one connection. */
    SslHandler handler(ByteBufAllocator allocator) {
        Loaded now = loaded;
        if (now == null) {
            throw new IllegalStateException("not loaded");
        }
        return now.context.newHandler(allocator);
    }

    /** What SCRAM-SHA-256-PLUS binds to; empty when the certificate's signature has no hash of its own. */
    Bytes endPoint() {
        Loaded now = loaded;
        return now == null ? Bytes.of(new byte[0]) : now.endPoint;
    }

    private static X509Certificate certificate(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    /** tls-server-end-point of RFC 5929: the hash of the signature, but nothing weaker than SHA-256. */
    private static Bytes endPoint(X509Certificate certificate) throws GeneralSecurityException {
        String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        int with = algorithm.indexOf("WITH");
        if (with < 0) {
            return Bytes.of(new byte[0]);
        }
        String hash = algorithm.substring(0, with);
        String name = switch (hash) {
            case "MD5", "SHA1" -> "SHA-256";
            default -> hash.startsWith("SHA") && !hash.contains("-") ? "SHA-" + hash.substring(3) : hash;
        };
        return Bytes.of(MessageDigest.getInstance(name).digest(certificate.getEncoded()));
    }
}
