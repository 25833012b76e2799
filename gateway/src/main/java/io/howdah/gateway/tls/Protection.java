package io.howdah.gateway.tls;

import io.howdah.postgres.wire.Bytes;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * How one client connection is protected.
 *
 * @param encrypted whether by TLS
 * @param endPoint what SCRAM-SHA-256-PLUS binds to, empty without TLS
 * @param certificateName the common name of the client's verified certificate
 */
public record Protection(boolean encrypted, Bytes endPoint, Optional<String> certificateName) {
    private static final Protection NONE = new Protection(false, Bytes.of(new byte[0]), Optional.empty());

    /** Looks at a connection whose handshake, if any, is over. */
    public static Protection of(Channel channel, Optional<ClientTls> tls) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null || tls.isEmpty()) {
            return NONE;
        }
        return new Protection(true, tls.get().endPoint(), commonName(handler));
    }

    private static Optional<String> commonName(SslHandler handler) {
        try {
            Certificate[] chain = handler.engine().getSession().getPeerCertificates();
            if (chain.length == 0 || !(chain[0] instanceof X509Certificate certificate)) {
                return Optional.empty();
            }
            for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return Optional.of(String.valueOf(part.getValue()));
                }
            }
            return Optional.empty();
        } catch (SSLPeerUnverifiedException | InvalidNameException e) {
            // The client has shown none; or it has no name that could be a role's.
            return Optional.empty();
        }
    }
}
