package io.howdah.postgres.process;

import io.howdah.postgres.client.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Configuration files outside of PGDATA. */
public final class ServerConfiguration {
    /** What the files are made of. */
    public record Settings(
            Path directory,
            String host,
            int port,
            Optional<Path> socketDirectory,
            List<String> peerAddresses,
            Map<String, String> overrides) {}

    private final Settings settings;

    public ServerConfiguration(Settings settings, UnprivilegedUser user) {
        this.settings = settings;
    }

    public Settings settings() {
        return settings;
    }
    /** Write postgresql.conf and pg_hba.conf, and replication.conf unless present. */
    public void write(PostgresVersion version) {
        io.howdah.postgres.wire.Pending.value();
    }

    /** Passwords of the roles, for streaming and rewinding. */
    public void writePassFile(Map<String, String> passwordsByRole) {
        io.howdah.postgres.wire.Pending.value();
    }

    /** Rewrite replication.conf atomically; takes effect by reload. */
    public void writeReplication(ReplicationSettings changed) {
        io.howdah.postgres.wire.Pending.value();
    }

    /** What replication.conf now says. */
    public ReplicationSettings replication() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Where clients on this machine connect. */
    public Endpoint.Tcp endpoint() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** postgresql.conf. */
    public Path configFile() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** pg_hba.conf. */
    public Path hbaFile() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** The passfile. */
    public Path passFile() {
        return io.howdah.postgres.wire.Pending.value();
    }
}
