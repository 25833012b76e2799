package io.howdah.postgres.adoption;

import io.howdah.postgres.adoption.ServerFacts.AccessRule;
import io.howdah.postgres.adoption.ServerFacts.Role;
import io.howdah.postgres.adoption.ServerFacts.Slot;
import io.howdah.postgres.process.CommandRunner;
import io.howdah.postgres.process.PostgresProcessException;
import io.howdah.postgres.process.UnprivilegedUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Asks a server that somebody else runs for the facts, by its own {@code psql} as the operating system's user that owns
 * it: that is who may log in without a password nearly everywhere, and a program of that user is the only way to be it.
 * Changes nothing. Each row comes back by COPY TO STDOUT (manual: sql-copy, text format), marked with what it tells.
 */
public final class FactQuery {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern PASSWORD_NEEDED =
            Pattern.compile("password|authentication failed", Pattern.CASE_INSENSITIVE);

    private static final List<String> QUERIES = List.of(
            """
            select 'server', current_setting('is_superuser') = 'on', pg_is_in_recovery(),
                   current_setting('server_version_num')::int / 10000,
                   (select coalesce(sum(pg_database_size(oid)), 0) from pg_database),
                   (select count(*) from pg_stat_activity
                     where backend_type = 'client backend' and pid <> pg_backend_pid()),
                   (select count(*) from pg_stat_progress_basebackup) > 0""",
            // As they are at the next start: what was changed since the last one counts already.
            """
            select distinct on (name) 'setting', name, setting from pg_file_settings
             where error is null or error = 'setting could not be applied' order by name, seqno desc""",
            """
            select 'setting', name, current_setting(name) from pg_settings
             where source in ('command line', 'environment variable')""",
            "select 'value', name, current_setting(name) from pg_settings",
            "select 'role', rolname, rolsuper, rolcanlogin, coalesce(rolpassword, '') from pg_authid",
            """
            select 'slot', slot_name, slot_type = 'logical', coalesce(plugin, ''), coalesce(database, ''), active
              from pg_replication_slots""",
            """
            select 'tablespace', spcname || ' in ' || pg_tablespace_location(oid) from pg_tablespace
             where spcname not in ('pg_default', 'pg_global')""",
            "select 'database', datname from pg_database where datallowconn",
            "select 'standby', application_name || coalesce(' at ' || host(client_addr), '') from pg_stat_replication",
            """
            select 'schema', coalesce((select string_agg(column_name, ' ') from information_schema.columns
                     where table_schema = 'howdah' and table_name = 'rule'), '')
             where exists (select from pg_namespace where nspname = 'howdah')""",
            """
            select 'rule', type,
                   (select string_agg(case when d in ('all', 'sameuser', 'samerole', 'replication') then d
                                           else quote_ident(d) end, ',') from unnest(database) as d),
                   (select string_agg(case when u = 'all' then u when u like '+%' then '+' || quote_ident(substr(u, 2))
                                           else quote_ident(u) end, ',') from unnest(user_name) as u),
                   coalesce(address, ''), coalesce(netmask, ''), coalesce(auth_method, ''),
                   coalesce((select string_agg(o, ' ') from unnest(options) as o), ''), coalesce(error, '')
              from pg_hba_file_rules""");

    private final UnprivilegedUser user;

    /** @param user who owns the server's data */
    public FactQuery(UnprivilegedUser user) {
        this.user = user;
    }

    /**
     * @param superuser the role to log in as
     * @param passFile a password file as libpq reads it (manual: libpq-pgpass), when the owner cannot log in without
     * @throws PostgresProcessException saying what to do, when the server cannot be asked
     */
    public ServerFacts ask(FoundServer server, String superuser, Optional<Path> passFile) {
        Path psql = server.binaries().resolve("psql");
        if (!Files.isExecutable(psql)) {
            throw new PostgresProcessException(
                    "%s is missing, and the server is asked by it; install the client programs of this PostgreSQL"
                            .formatted(psql));
        }
        List<String> command = new ArrayList<>(List.of(psql.toString(), "-XqAtw", "-v", "ON_ERROR_STOP=1"));
        command.addAll(
                List.of("-h", server.socketDirectory().map(Path::toString).orElse("127.0.0.1")));
        command.addAll(List.of("-p", Integer.toString(server.port()), "-U", superuser, "-d", "postgres"));
        QUERIES.forEach(query -> command.addAll(List.of("-c", "copy (" + query + ") to stdout")));
        Map<String, String> environment = new HashMap<>();
        passFile.ifPresent(file -> environment.put("PGPASSFILE", file.toString()));
        // A password file belongs to whoever calls; without one it is the owner's identity that counts.
        List<String> asWhom = passFile.isPresent() ? List.copyOf(command) : user.wrap(command);
        CommandRunner.Result result = CommandRunner.run(asWhom, environment, LIMIT, line -> {});
        if (!result.succeeded()) {
            throw refused(superuser, result.output().strip());
        }
        return parse(result.output());
    }

    private PostgresProcessException refused(String superuser, String words) {
        boolean password = PASSWORD_NEEDED.matcher(words).find();
        return new PostgresProcessException("the server does not let '%s' ask it: %s; %s"
                .formatted(
                        superuser,
                        words,
                        password
                                ? "name a file with the password with --passfile (a line host:port:database:role:password)"
                                : "name a superuser with --superuser, and see that database 'postgres' is there"));
    }

    static ServerFacts parse(String output) {
        Collected collected = new Collected();
        for (String line : output.split("\n")) {
            if (!line.isEmpty()) {
                collected.add(List.of(line.split("\t", -1)).stream()
                        .map(FactQuery::unescape)
                        .toList());
            }
        }
        return collected.facts();
    }

    private static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        StringBuilder text = new StringBuilder();
        boolean escaped = false;
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (escaped) {
                text.append(meant(c));
            } else if (c != '\\') {
                text.append(c);
            }
            escaped = !escaped && c == '\\';
        }
        return text.toString();
    }

    private static char meant(char letter) {
        return switch (letter) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'v' -> '\u000b';
            default -> letter;
        };
    }

    private static boolean truth(String field) {
        return field.equals("t");
    }

    /** What the rows tell, one after the other. */
    private static final class Collected {
        private final Map<String, String> settings = new HashMap<>();
        private final Map<String, String> values = new HashMap<>();
        private final List<Role> roles = new ArrayList<>();
        private final List<Slot> slots = new ArrayList<>();
        private final List<String> tablespaces = new ArrayList<>();
        private final List<String> databases = new ArrayList<>();
        private final List<String> standbys = new ArrayList<>();
        private final List<AccessRule> rules = new ArrayList<>();
        private Optional<String> schema = Optional.empty();
        private List<String> server = List.of();

        void add(List<String> row) {
            switch (row.getFirst()) {
                case "server" -> server = row;
                case "setting" -> settings.put(row.get(1), row.get(2));
                case "value" -> values.put(row.get(1), row.get(2));
                case "role" -> roles.add(new Role(row.get(1), truth(row.get(2)), truth(row.get(3)), row.get(4)));
                case "slot" ->
                    slots.add(new Slot(row.get(1), truth(row.get(2)), row.get(3), row.get(4), truth(row.get(5))));
                case "tablespace" -> tablespaces.add(row.get(1));
                case "database" -> databases.add(row.get(1));
                case "standby" -> standbys.add(row.get(1));
                case "schema" -> schema = Optional.of(row.get(1));
                case "rule" -> rules.add(rule(row));
                default -> throw new PostgresProcessException("psql printed what was not asked: " + row);
            }
        }

        private static AccessRule rule(List<String> row) {
            String text = row.subList(1, 8).stream()
                    .filter(field -> !field.isEmpty())
                    .reduce((left, right) -> left + " " + right)
                    .orElse("");
            return new AccessRule(text, row.get(6), row.get(8));
        }

        ServerFacts facts() {
            if (server.isEmpty()) {
                throw new PostgresProcessException("psql printed nothing of the server");
            }
            return new ServerFacts(
                    truth(server.get(1)),
                    truth(server.get(2)),
                    Integer.parseInt(server.get(3)),
                    settings,
                    values,
                    roles,
                    slots,
                    tablespaces,
                    databases,
                    standbys,
                    rules,
                    schema,
                    Long.parseLong(server.get(4)),
                    Integer.parseInt(server.get(5)),
                    truth(server.get(6)));
        }
    }
}
