package io.howdah.server.configuration;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How clients come in and how servers are reached, from the optional {@code access} group of {@code howdah.yaml}.
 *
 * @param certificate the gateways' chain in PEM; without one, TLS is declined
 * @param key its private key, PEM, PKCS #8
 * @param clientAuthority who signs the certificates of clients
 * @param hbaFile rules in the syntax of pg_hba.conf
 * @param identFile what their maps mean, in the syntax of pg_ident.conf
 * @param authQuery what the gateways ask a server about a role's password, instead of Howdah's own function
 * @param socketDirectory where the gateways listen on Unix sockets; {@code none} for nowhere, {@code run/sockets} unless said
 * @param socketPermissions of these sockets, in octal
 * @param servers how sure the gateway must be of the server it speaks to
 * @param serverAuthority who signs the certificates of servers
 */
public record AccessConfiguration(
        Optional<Path> certificate,
        Optional<Path> key,
        Optional<Path> clientAuthority,
        Optional<Path> hbaFile,
        Optional<Path> identFile,
        Optional<String> authQuery,
        Optional<String> socketDirectory,
        Optional<String> socketPermissions,
        Verification servers,
        Optional<Path> serverAuthority) {
    public static final AccessConfiguration USUAL = new AccessConfiguration(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
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
                reader.optionalText("ident_file").map(Path::of),
                reader.optionalText("auth_query"),
                reader.optionalText("socket_directory"),
                reader.optionalText("socket_permissions"),
                reader.has("servers")
                        ? reader.value("servers", Verification.DISABLE, AccessConfiguration::verification)
                        : Verification.DISABLE,
                reader.optionalText("server_authority").map(Path::of));
        if (access.certificate.isPresent() != access.key.isPresent()) {
            reader.problem("certificate", "and 'key' belong together");
        }
        if (access.identFile.isPresent() && access.hbaFile.isEmpty()) {
            reader.problem("ident_file", "means nothing without 'hba_file', whose maps it explains");
        }
        if (access.authQuery.filter(query -> !query.contains("$1")).isPresent()) {
            reader.problem("auth_query", "should contain $1, which stands for the role's name");
        }
        if (access.socketPermissions.filter(mode -> !mode.matches("0?[0-7]{3}")).isPresent()) {
            reader.problem("socket_permissions", "should be three octal digits, such as 0770");
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

    /** Where and how the gateways listen on Unix sockets, to be compared. */
    List<Optional<String>> sockets() {
        return List.of(socketDirectory, socketPermissions);
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
        identFile.ifPresent(path -> yaml.line("  ident_file", path.toString()));
        authQuery.ifPresent(query -> yaml.line("  auth_query", query));
        socketDirectory.ifPresent(path -> yaml.line("  socket_directory", path));
        socketPermissions.ifPresent(mode -> yaml.line("  socket_permissions", mode));
        yaml.line("  servers", name(servers));
        serverAuthority.ifPresent(path -> yaml.line("  server_authority", path.toString()));
    }
}
