package io.howdah.server.configuration;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The passwords of a cluster, from {@code secrets.yaml}.
 *
 * @param peerSecret opens the nodes' HTTP interface
 * @param postgresPassword of the superuser
 * @param replicationPassword of the role that standbys stream as
 * @param gatewayPassword of the role that gateways look roles up with
 */
public record Secrets(String peerSecret, String postgresPassword, String replicationPassword, String gatewayPassword) {
    private static final String HINT =
            "the passwords in it are also inside PostgreSQL: restore the file from a copy; 'howdah down --clean' gives"
                    + " the cluster and its data up";

    /** Fresh secrets of 32 characters that need no escaping in a URI. */
    public static Secrets generate(SecureRandom random) {
        return new Secrets(token(random), token(random), token(random), token(random));
    }

    /** 192 random bits as 32 characters of A-Z, a-z, 0-9, '-' and '_'. */
    public static String token(SecureRandom random) {
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** @throws ConfigurationException with everything that is wrong with the file */
    public static Secrets read(Path file) {
        List<ConfigurationProblem> problems = new ArrayList<>();
        MappingReader reader = new MappingReader(YamlDocument.read(file, HINT), problems);
        Secrets secrets = new Secrets(
                reader.text("peer_secret", ""),
                reader.text("postgres_password", ""),
                reader.text("replication_password", ""),
                reader.text("gateway_password", ""));
        reader.finish();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(file, problems, HINT);
        }
        return secrets;
    }

    /** These, with the passwords that PostgreSQL knows replaced by others. */
    public Secrets withPasswordsOf(Secrets other) {
        return new Secrets(peerSecret, other.postgresPassword, other.replicationPassword, other.gatewayPassword);
    }

    public void write(Path file) {
        String yaml = new YamlText()
                .comment("Generated. Keep it secret and keep a copy: PostgreSQL knows the same passwords.")
                .line("peer_secret", peerSecret)
                .line("postgres_password", postgresPassword)
                .line("replication_password", replicationPassword)
                .line("gateway_password", gatewayPassword)
                .toString();
        AtomicFile.write(file, yaml, AtomicFile.Access.PRIVATE);
    }

    /** Never shows a password. */
    @Override
    public String toString() {
        return "Secrets";
    }
}
