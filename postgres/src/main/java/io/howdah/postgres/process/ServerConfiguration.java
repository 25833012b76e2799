package io.howdah.postgres.process;

import io.howdah.postgres.client.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The configuration of one server, in a directory of its own outside of PGDATA, so that neither a clone nor a rewind
 * ever changes it. {@code postgresql.conf} and {@code pg_hba.conf} are written before a start; {@code replication.conf},
 * included last, holds what changes while the server runs; the passfile holds the passwords of streaming and rewinding.
 *
 * <p>One thread at a time. All files have mode 0600 and belong to the PostgreSQL user.
 */
public final class ServerConfiguration {
    private static final String REPLICATION_FILE = "replication.conf";
    private static final Pattern SETTING = Pattern.compile("^(\\w+) = '(.*)'$", Pattern.MULTILINE);
    private static final Pattern CONNECTION_FIELD = Pattern.compile("(\\w+)='([^']*)'");
    private static final Pattern STANDBYS = Pattern.compile("ANY (\\d+) \\((.*)\\)");

    /**
     * What the files are made of.
     *
     * @param directory where the files are; created when missing
     * @param host address to listen on
     * @param port port to listen on
     * @param socketDirectory directory for a Unix socket, if there is to be one
     * @param peerAddresses addresses or host names from which, besides this machine, clients and standbys may come
     * @param accessRules further lines of pg_hba.conf; they come after those for clients that arrive by TCP from this
     *     machine or a peer, and before those for Unix sockets
     * @param overrides settings that replace or extend the defaults
     */
    public record Settings(
            Path directory,
            String host,
            int port,
            Optional<Path> socketDirectory,
            List<String> peerAddresses,
            List<String> accessRules,
            Map<String, String> overrides) {
        public Settings {
            peerAddresses = List.copyOf(peerAddresses);
            accessRules = List.copyOf(accessRules);
            overrides = Map.copyOf(overrides);
        }
    }

    private volatile Settings settings; // replaced as a whole
    private final UnprivilegedUser user;

    public ServerConfiguration(Settings settings, UnprivilegedUser user) {
        this.settings = settings;
        this.user = user;
    }

    public Settings settings() {
        return settings;
    }

    /** Replaces the overrides; {@link #write} and a reload put them into effect. */
    public void override(Map<String, String> overrides) {
        settings = overridden(overrides);
    }

    private Settings overridden(Map<String, String> overrides) {
        return new Settings(
                settings.directory(),
                settings.host(),
                settings.port(),
                settings.socketDirectory(),
                settings.peerAddresses(),
                settings.accessRules(),
                overrides);
    }

    /** Writes {@code postgresql.conf} and {@code pg_hba.conf}; and {@code replication.conf} unless there is one. */
    public void write(PostgresVersion version) {
        try {
            if (!Files.isDirectory(settings.directory())) {
                Files.createDirectories(settings.directory());
                user.own(settings.directory());
            }
            Durable.replace(configFile(), ConfigurationText.postgresqlConf(settings, version, REPLICATION_FILE), user);
            Durable.replace(hbaFile(), ConfigurationText.hbaConf(settings), user);
            if (!Files.exists(replicationFile())) {
                writeReplication(ReplicationSettings.ISOLATED);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Writes {@code postgresql.conf} as it would be with other overrides, beside it; PostgreSQL does not read that file. */
    Path writeCandidate(Map<String, String> overrides, PostgresVersion version) {
        Path candidate = settings.directory().resolve("postgresql.conf.candidate");
        try {
            Durable.replace(
                    candidate,
                    ConfigurationText.postgresqlConf(overridden(overrides), version, REPLICATION_FILE),
                    user);
        } catch (IOException e) {
            throw failure(e);
        }
        return candidate;
    }

    /** Writes the passfile: for each role the password with which it logs in anywhere in the cluster. */
    public void writePassFile(Map<String, String> passwordsByRole) {
        StringBuilder content = new StringBuilder();
        passwordsByRole.forEach((role, password) -> content.append("*:*:*:")
                .append(escapeForPassFile(role))
                .append(':')
                .append(escapeForPassFile(password))
                .append('\n'));
        try {
            Durable.replace(passFile(), content.toString(), user);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    static String escapeForPassFile(String text) {
        return text.replace("\\", "\\\\").replace(":", "\\:");
    }

    /**
     * Rewrites {@code replication.conf} in one step. A running server obeys after a reload. Whoever starts a server says
     * first what it is to be, so nothing is lost when a power cut takes this back.
     */
    public void writeReplication(ReplicationSettings changed) {
        try {
            Durable.replaceForNow(replicationFile(), ConfigurationText.replicationConf(changed, passFile()), user);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** What {@code replication.conf} says now. */
    public ReplicationSettings replication() {
        SequencedMap<String, String> values = new LinkedHashMap<>();
        try {
            Matcher matcher = SETTING.matcher(Files.readString(replicationFile()));
            while (matcher.find()) {
                values.put(matcher.group(1), matcher.group(2).replace("''", "'"));
            }
        } catch (IOException e) {
            throw failure(e);
        }
        return new ReplicationSettings(
                parseUpstream(
                        values.getOrDefault("primary_conninfo", ""), values.getOrDefault("primary_slot_name", "")),
                parseStandbys(values.getOrDefault("synchronous_standby_names", "")));
    }

    private static Optional<Upstream> parseUpstream(String connection, String slot) {
        if (connection.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher matcher = CONNECTION_FIELD.matcher(connection);
        while (matcher.find()) {
            fields.put(matcher.group(1), matcher.group(2));
        }
        return Optional.of(new Upstream(
                fields.getOrDefault("host", ""),
                Integer.parseInt(fields.getOrDefault("port", "0")),
                fields.getOrDefault("user", ""),
                fields.getOrDefault("application_name", ""),
                slot.isEmpty() ? Optional.empty() : Optional.of(slot)));
    }

    private static SynchronousStandbys parseStandbys(String setting) {
        Matcher matcher = STANDBYS.matcher(setting);
        if (!matcher.matches()) {
            return SynchronousStandbys.NOBODY;
        }
        List<String> names = List.of(matcher.group(2).replace("\"", "").split(","));
        return new SynchronousStandbys(Integer.parseInt(matcher.group(1)), names);
    }

    /** Where clients on this machine connect by TCP. */
    public Endpoint.Tcp endpoint() {
        return new Endpoint.Tcp(settings.host(), settings.port());
    }

    public Path configFile() {
        return settings.directory().resolve("postgresql.conf");
    }

    public Path hbaFile() {
        return settings.directory().resolve("pg_hba.conf");
    }

    public Path replicationFile() {
        return settings.directory().resolve(REPLICATION_FILE);
    }

    public Path passFile() {
        return settings.directory().resolve("passfile");
    }

    private PostgresProcessException failure(IOException e) {
        return new PostgresProcessException(
                "cannot keep the configuration in %s: %s".formatted(settings.directory(), e.getMessage()), e);
    }
}
