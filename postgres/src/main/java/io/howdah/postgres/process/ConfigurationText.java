package io.howdah.postgres.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** The text of the configuration files. */
final class ConfigurationText {
    /** The first version that can forbid ALTER SYSTEM. */
    private static final int ALLOW_ALTER_SYSTEM_MAJOR = 17;

    private static final String HEADER = "# Written by Howdah before each start; changes made here are lost.\n";

    private ConfigurationText() {}

    static String postgresqlConf(ServerConfiguration.Settings settings, PostgresVersion version, String included) {
        SequencedMap<String, String> values = new LinkedHashMap<>();
        connections(settings, values);
        replication(values);
        durability(values);
        logging(values);
        if (version.major() >= ALLOW_ALTER_SYSTEM_MAJOR) {
            values.put("allow_alter_system", "off");
        }
        values.putAll(settings.overrides());
        StringBuilder text = new StringBuilder(HEADER);
        values.forEach((name, value) ->
                text.append(name).append(" = ").append(quote(value)).append('\n'));
        return text.append("include ").append(quote(included)).append('\n').toString();
    }

    private static void connections(ServerConfiguration.Settings settings, Map<String, String> values) {
        boolean loopback = settings.host().startsWith("127.")
                || settings.host().equals("localhost")
                || settings.host().equals("::1")
                || settings.host().equals("*")
                || settings.host().equals("0.0.0.0");
        values.put("listen_addresses", loopback ? settings.host() : settings.host() + ",localhost");
        values.put("port", Integer.toString(settings.port()));
        values.put(
                "unix_socket_directories",
                settings.socketDirectory().map(Path::toString).orElse(""));
        values.put("max_connections", "200");
        values.put("superuser_reserved_connections", "5");
        values.put("password_encryption", "scram-sha-256");
        values.put("tcp_keepalives_idle", "5");
        values.put("tcp_keepalives_interval", "1");
        values.put("tcp_keepalives_count", "5");
        values.put("shared_buffers", "128MB");
        values.put("timezone", "UTC");
        values.put("log_timezone", "UTC");
    }

    private static void replication(Map<String, String> values) {
        values.put("wal_level", "replica");
        values.put("hot_standby", "on");
        values.put("max_wal_senders", "12");
        values.put("max_replication_slots", "12");
        values.put("wal_keep_size", "1GB");
        values.put("max_slot_wal_keep_size", "10GB");
        values.put("wal_sender_timeout", "5s");
        values.put("wal_receiver_timeout", "5s");
        values.put("wal_receiver_status_interval", "1s");
        values.put("wal_retrieve_retry_interval", "200ms");
        values.put("recovery_target_timeline", "latest");
        values.put("hot_standby_feedback", "off");
    }

    private static void durability(Map<String, String> values) {
        values.put("fsync", "on");
        values.put("full_page_writes", "on");
        values.put("wal_log_hints", "on");
        values.put("synchronous_commit", "on");
        // A crash of a backend must go through an election too: the restart would show commits nobody confirmed.
        values.put("restart_after_crash", "off");
    }

    private static void logging(Map<String, String> values) {
        values.put("logging_collector", "off");
        values.put("log_destination", "stderr");
        values.put("log_line_prefix", "%m [%p] %q%u@%d/%a ");
        values.put("log_checkpoints", "on");
        values.put("lc_messages", "C");
    }

    static String hbaConf(ServerConfiguration.Settings settings) {
        StringBuilder text = new StringBuilder(HEADER);
        List<String> addresses = new ArrayList<>(List.of("127.0.0.1/32", "::1/128"));
        settings.peerAddresses().stream()
                .map(ConfigurationText::hbaAddress)
                .filter(address -> !addresses.contains(address))
                .distinct()
                .forEach(addresses::add);
        for (String address : addresses) {
            text.append("host all all ").append(address).append(" scram-sha-256\n");
            text.append("host replication all ").append(address).append(" scram-sha-256\n");
        }
        settings.accessRules().forEach(rule -> text.append(rule).append('\n'));
        text.append("local all all scram-sha-256\n");
        text.append("local replication all scram-sha-256\n");
        return text.toString();
    }

    /** A single address needs a mask in pg_hba.conf; a host name and a range stand as they are. */
    private static String hbaAddress(String address) {
        if (address.contains("/") || address.chars().anyMatch(c -> c != '.' && c != ':' && !isHexadecimal(c))) {
            return address;
        }
        if (address.contains(":")) {
            return address + "/128";
        }
        return address.chars().allMatch(c -> c == '.' || Character.isDigit(c)) ? address + "/32" : address;
    }

    private static boolean isHexadecimal(int c) {
        return Character.digit(c, 16) >= 0;
    }

    static String replicationConf(ReplicationSettings settings, Path passFile) {
        Optional<Upstream> upstream = settings.upstream();
        String connection = upstream.map(u -> connectionString(u, passFile)).orElse("");
        return HEADER.replace("before each start", "while the server runs")
                + "primary_conninfo = " + quote(connection) + "\n"
                + "primary_slot_name = "
                + quote(upstream.flatMap(Upstream::slot).orElse("")) + "\n"
                + "synchronous_standby_names = "
                + quote(settings.synchronousStandbys().toSetting()) + "\n";
    }

    static String connectionString(Upstream upstream, Path passFile) {
        // The copying of logical slots needs a database to connect to, and asks through the same string.
        String database = upstream.slot().isPresent() ? "dbname='postgres' " : "";
        return "%shost=%s port=%s user=%s application_name=%s passfile=%s connect_timeout='3' tcp_user_timeout='5000'"
                .formatted(
                        database,
                        field(upstream.host()),
                        field(Integer.toString(upstream.port())),
                        field(upstream.user()),
                        field(upstream.applicationName()),
                        field(passFile.toString()));
    }

    private static String field(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private static String quote(String value) {
        if (value.indexOf('\n') >= 0) {
            throw new PostgresProcessException("a setting cannot contain a line break: " + value);
        }
        return "'" + value.replace("'", "''") + "'";
    }
}
