package io.howdah.server.configuration;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * How clients come in and how servers are reached, from the optional {@code access} group of {@code howdah.yaml}.
 *
 * @param certificate the gateways' chain in PEM; without one, TLS is declined
 * @param key its private key, PEM, PKCS #8
 * @param clientAuthority who signs the certificates of clients
 * @param hbaFile rules in the syntax of pg_hba.conf
 * @param servers how sure the gateway must be of the server it speaks to
 * @param serverAuthority who signs the certificates of servers
 */
public record AccessConfiguration(
        Optional<Path> certificate,
        Optional<Path> key,
        Optional<Path> clientAuthority,
        Optional<Path> hbaFile,
        Verification servers,
        Optional<Path> serverAuthority) {
    public static final AccessConfiguration USUAL = new AccessConfiguration(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Verification.DISABLE,
            Optional.empty());

    /** The modes of libpq's sslmode that promise something. */
    public enum Verification {
        DISABLE,
        REQUIRE,
        VERIFY_CA,
        VERIFY_FULL
    }

    static AccessConfiguration read(MappingReader reader) {
        AccessConfiguration access = new AccessConfiguration(
                reader.optionalText("certificate").map(Path::of),
                reader.optionalText("key").map(Path::of),
                reader.optionalText("client_authority").map(Path::of),
                reader.optionalText("hba_file").map(Path::of),
                reader.has("servers")
                        ? reader.value("servers", Verification.DISABLE, AccessConfiguration::verification)
                        : Verification.DISABLE,
                reader.optionalText("server_authority").map(Path::of));
        if (access.certificate.isPresent() != access.key.isPresent()) {
            reader.problem("certificate", "and 'key' belong together");
        }
        if (access.servers.compareTo(Verification.REQUIRE) > 0 && access.serverAuthority.isEmpty()) {
            reader.problem("server_authority", "is needed to verify servers");
        }
        return access;
    }

    private static Verification verification(String text) {
        for (Verification each : Verification.values()) {
            if (name(each).equals(text)) {
                return each;
            }
        }
        throw new IllegalArgumentException("'%s' should be disable, require, verify-ca or verify-full".formatted(text));
    }

    private static String name(Verification verification) {
        return verification.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Writes the group, unless it says nothing. */
    void write(YamlText yaml) {
        if (equals(USUAL)) {
            return;
        }
        yaml.open("access");
        certificate.ifPresent(path -> yaml.line("  certificate", path.toString()));
        key.ifPresent(path -> yaml.line("  key", path.toString()));
        clientAuthority.ifPresent(path -> yaml.line("  client_authority", path.toString()));
        hbaFile.ifPresent(path -> yaml.line("  hba_file", path.toString()));
        yaml.line("  servers", name(servers));
        serverAuthority.ifPresent(path -> yaml.line("  server_authority", path.toString()));
    }
}
