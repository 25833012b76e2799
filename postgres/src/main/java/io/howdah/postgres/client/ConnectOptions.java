package io.howdah.postgres.client;

import io.howdah.postgres.wire.ErrorFields;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * Everything about a connection before it exists.
 *
 * @param endpoint where PostgreSQL listens
 * @param user role to log in as
 * @param database database, ignored by a replication connection
 * @param credential password or keys
 * @param applicationName how the connection shows in pg_stat_activity
 * @param replication whether the connection speaks the replication protocol
 * @param connectTimeout limit for connecting and logging in
 * @param readTimeout limit for the silence before and between messages of an answer; zero for none
 * @param settings further run-time parameters of the start-up packet
 * @param noticeListener is called by the reading thread with each notice
 * @param encryption how TLS is begun over TCP; without it everything is sent in the clear
 */
public record ConnectOptions(
        Endpoint endpoint,
        String user,
        String database,
        Credential credential,
        String applicationName,
        boolean replication,
        Duration connectTimeout,
        Duration readTimeout,
        SequencedMap<String, String> settings,
        Consumer<ErrorFields> noticeListener,
        Optional<Encryption> encryption) {
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration DEFAULT_READ_TIMEOUT = Duration.ofSeconds(30);

    public ConnectOptions {
        settings = java.util.Collections.unmodifiableSequencedMap(new LinkedHashMap<>(settings));
    }

    /** The usual connection: 3 s to connect, 30 s to wait for an answer, notices dropped. */
    public static ConnectOptions of(Endpoint endpoint, String user, String database, Credential credential) {
        return new ConnectOptions(
                endpoint,
                user,
                database,
                credential,
                "howdah",
                false,
                DEFAULT_CONNECT_TIMEOUT,
                DEFAULT_READ_TIMEOUT,
                new LinkedHashMap<>(),
                notice -> {},
                Optional.empty());
    }

    public ConnectOptions withApplicationName(String name) {
        return new ConnectOptions(
                endpoint,
                user,
                database,
                credential,
                name,
                replication,
                connectTimeout,
                readTimeout,
                settings,
                noticeListener,
                encryption);
    }

    public ConnectOptions withReplication() {
        return new ConnectOptions(
                endpoint,
                user,
                database,
                credential,
                applicationName,
                true,
                connectTimeout,
                readTimeout,
                settings,
                noticeListener,
                encryption);
    }

    public ConnectOptions withTimeouts(Duration connect, Duration read) {
        return new ConnectOptions(
                endpoint,
                user,
                database,
                credential,
                applicationName,
                replication,
                connect,
                read,
                settings,
                noticeListener,
                encryption);
    }

    public ConnectOptions withSettings(Map<String, String> changed) {
        return new ConnectOptions(
                endpoint,
                user,
                database,
                credential,
                applicationName,
                replication,
                connectTimeout,
                readTimeout,
                new LinkedHashMap<>(changed),
                noticeListener,
                encryption);
    }

    public ConnectOptions withNoticeListener(Consumer<ErrorFields> listener) {
        return new ConnectOptions(
                endpoint,
                user,
                database,
                credential,
                applicationName,
                replication,
                connectTimeout,
                readTimeout,
                settings,
                listener,
                encryption);
    }

    public ConnectOptions withEncryption(Optional<Encryption> other) {
        return new ConnectOptions(
                endpoint,
                user,
                database,
                credential,
                applicationName,
                replication,
                connectTimeout,
                readTimeout,
                settings,
                noticeListener,
                other);
    }
}
