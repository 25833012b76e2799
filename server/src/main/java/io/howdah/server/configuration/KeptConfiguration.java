package io.howdah.server.configuration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What people set for the PostgreSQL of every node, or what stays of an instance that was adopted: {@code postgresql.conf} and
 * {@code pg_hba.conf} beside {@code howdah.yaml}. People may edit them; what they edit holds from a node's next start on.
 *
 * @param settings by name
 * @param accessRules lines as in pg_hba.conf, in order
 */
public record KeptConfiguration(SequencedMap<String, String> settings, List<String> accessRules) {
    private static final String SETTINGS_FILE = "postgresql.conf";
    private static final String RULES_FILE = "pg_hba.conf";
    private static final Pattern SETTING =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_.$]*)\\s*(?:=|\\s)\\s*(?:'((?:[^']|'')*)'|([^\\s#']+))\\s*(?:#.*)?");

    private static final String SAFETY = "that no commit is lost rests on the value that the nodes give it";
    private static final String DETECTION =
            "that a failure is noticed in time rests on the value that the nodes give it";
    private static final String PLACE = "each node has an address, files and a log of its own";
    private static final String SESSIONS =
            "the nodes' own sessions would be cut off too; set it by ALTER DATABASE or ALTER ROLE";

    /** Decided by the node, the cluster or its protocol; or the place of a file that each node has its own of. */
    private static final Map<String, String> DECIDED_BY_NODES = decided();

    public KeptConfiguration {
        settings = new LinkedHashMap<>(settings);
        accessRules = List.copyOf(accessRules);
    }

    /**
     * Reads both files where they exist.
     *
     * @throws ConfigurationException naming each line that cannot be understood
     */
    public static KeptConfiguration read(Path clusterDirectory) {
        Path file = clusterDirectory.resolve(SETTINGS_FILE);
        List<ConfigurationProblem> problems = new ArrayList<>();
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            Matcher matcher = SETTING.matcher(lines.get(i).strip());
            if (matcher.matches() && isDecidedByNodes(matcher.group(1))) {
                problems.add(new ConfigurationProblem(
                        i + 1, "sets %s, which each node decides itself".formatted(matcher.group(1))));
            } else if (matcher.matches()) {
                String quoted = matcher.group(2);
                settings.put(matcher.group(1), quoted == null ? matcher.group(3) : quoted.replace("''", "'"));
            } else if (!isEmpty(lines.get(i))) {
                problems.add(new ConfigurationProblem(i + 1, "is not of the form: name = 'value'"));
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(file, problems, "correct the file; 'howdah up' reads it again");
        }
        List<String> rules = lines(clusterDirectory.resolve(RULES_FILE)).stream()
                .map(String::strip)
                .filter(line -> !isEmpty(line))
                .toList();
        return new KeptConfiguration(settings, rules);
    }

    /** Writes both files. */
    public void write(Path clusterDirectory) {
        writeSettings(clusterDirectory);
        String rules = "# Rules of the adopted instance, for direct connections to every node, after Howdah's own.\n"
                + String.join("\n", accessRules) + "\n";
        AtomicFile.write(clusterDirectory.resolve(RULES_FILE), rules, AtomicFile.Access.PRIVATE);
    }

    /** Writes the settings; the rules stay as they are. */
    public void writeSettings(Path clusterDirectory) {
        StringBuilder text =
                new StringBuilder("# Settings for the PostgreSQL of every node; see 'howdah config --help'.\n");
        settings.forEach((name, value) -> text.append("%s = '%s'\n".formatted(name, value.replace("'", "''"))));
        AtomicFile.write(clusterDirectory.resolve(SETTINGS_FILE), text.toString(), AtomicFile.Access.PRIVATE);
    }

    /** Removes both files. */
    public static void remove(Path clusterDirectory) throws IOException {
        Files.deleteIfExists(clusterDirectory.resolve(SETTINGS_FILE));
        Files.deleteIfExists(clusterDirectory.resolve(RULES_FILE));
    }

    /** Whether this setting is not for people to set: high availability rests on it, or each node has its own. */
    public static boolean isDecidedByNodes(String name) {
        return whyDecidedByNodes(name).isPresent();
    }

    /** Why it is not for people to set; empty when it is. */
    public static Optional<String> whyDecidedByNodes(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("recovery_") ? Optional.of(SAFETY) : Optional.ofNullable(DECIDED_BY_NODES.get(lower));
    }

    /** The same for a name and its value: some values only are impossible. */
    public static Optional<String> whyDecidedByNodes(String name, String value) {
        return whyDecidedByNodes(name)
                .or(() -> name.equals("wal_level") && !value.matches("replica|logical")
                        ? Optional.of("standbys need 'replica' or 'logical'")
                        : Optional.empty());
    }

    private static Map<String, String> decided() {
        Map<String, String> reasons = new HashMap<>();
        because(reasons, SAFETY, """
                archive_cleanup_command fsync full_page_writes hot_standby max_slot_wal_keep_size password_encryption
                primary_conninfo primary_slot_name promote_trigger_file restart_after_crash restore_command
                superuser_reserved_connections sync_replication_slots synchronized_standby_slots synchronous_commit
                synchronous_standby_names wal_keep_size wal_log_hints""");
        because(reasons, DETECTION, """
                tcp_keepalives_count tcp_keepalives_idle tcp_keepalives_interval wal_receiver_status_interval
                wal_receiver_timeout wal_retrieve_retry_interval wal_sender_timeout""");
        because(reasons, PLACE, """
                allow_alter_system config_file data_directory external_pid_file hba_file ident_file lc_messages
                listen_addresses log_destination log_directory log_file_mode log_filename log_line_prefix log_rotation_age
                log_rotation_size log_timezone log_truncate_on_rotation logging_collector port stats_temp_directory
                unix_socket_directories unix_socket_group unix_socket_permissions""");
        because(reasons, SESSIONS, """
                default_transaction_read_only idle_in_transaction_session_timeout idle_session_timeout lock_timeout
                statement_timeout transaction_timeout""");
        return Map.copyOf(reasons);
    }

    private static void because(Map<String, String> reasons, String reason, String names) {
        for (String name : names.split("\\s+")) {
            reasons.put(name, reason);
        }
    }

    private static boolean isEmpty(String line) {
        return line.isBlank() || line.strip().startsWith("#");
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
