package io.howdah.server.node;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeId;
import io.howdah.postgres.process.DataDirectory;
import io.howdah.postgres.process.PostgresBinaries;
import io.howdah.postgres.process.RuleTable;
import io.howdah.postgres.process.ServerConfiguration;
import io.howdah.postgres.process.Tool;
import io.howdah.postgres.process.UnprivilegedUser;
import io.howdah.postgres.scram.ScramVerifier;
import io.howdah.server.configuration.Secrets;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Makes the data of a new cluster: initdb, then Howdah's roles and tables and the first rule, which names this node alone.
 * PostgreSQL runs in single-user mode for that, so that there is never a moment in which a server without a leader's right
 * accepts connections.
 */
final class Bootstrap {
    private static final int LIMIT_SECONDS = 60;

    /** Lets gateways check a log-in without being superusers: they may ask for one role's verifier at a time. */
    private static final List<String> VERIFIER_FUNCTION = List.of(
            """
            create function howdah.role_verifier(name) returns text language sql stable security definer\
             set search_path = pg_catalog\
             as 'select rolpassword from pg_catalog.pg_authid where rolname = $1 and rolcanlogin'""",
            "revoke all on function howdah.role_verifier(name) from public",
            "grant usage on schema howdah to " + ManagedInstance.GATEWAY_ROLE,
            "grant execute on function howdah.role_verifier(name) to " + ManagedInstance.GATEWAY_ROLE);

    private final PostgresBinaries binaries;
    private final UnprivilegedUser user;
    private final DataDirectory data;
    private final ServerConfiguration configuration;
    private final Secrets secrets;
    private final Function<String, ScramVerifier> verifiers;

    /** @param verifiers turns a password into what PostgreSQL stores of it */
    Bootstrap(
            PostgresBinaries binaries,
            UnprivilegedUser user,
            DataDirectory data,
            ServerConfiguration configuration,
            Secrets secrets,
            Function<String, ScramVerifier> verifiers) {
        this.binaries = binaries;
        this.user = user;
        this.data = data;
        this.configuration = configuration;
        this.secrets = secrets;
        this.verifiers = verifiers;
    }

    void run(ClusterId cluster, NodeId self) {
        data.initialize(binaries, secrets.postgresPassword());
        List<String> statements = new ArrayList<>();
        statements.add(role(
                ManagedInstance.REPLICATION_ROLE, "replication in role pg_monitor", secrets.replicationPassword()));
        statements.add(role(ManagedInstance.GATEWAY_ROLE, "connection limit -1", secrets.gatewayPassword()));
        statements.addAll(RuleTable.definition());
        statements.add(RuleTable.PERMIT);
        statements.add(firstRule("howdah.rule", cluster, self));
        statements.add(firstRule("howdah.rule_history", cluster, self));
        statements.addAll(VERIFIER_FUNCTION);
        single(statements);
    }

    private String role(String name, String attributes, String password) {
        return "create role %s login %s password '%s'"
                .formatted(name, attributes, verifiers.apply(password).toStored());
    }

    private static String firstRule(String table, ClusterId cluster, NodeId self) {
        return """
                insert into %s (cluster_id, term, subterm, leader, members, timeline, reason)\
                 values ('%s', 1, 1, '%s', '{%s}', 1, 'the cluster was made')""".formatted(table, cluster, self, self);
    }

    private void single(List<String> statements) {
        List<String> command = user.wrap(List.of(
                binaries.path(Tool.POSTGRES).toString(),
                "--single",
                "-D",
                data.path().toString(),
                "-c",
                "config_file=" + configuration.configFile(),
                "-c",
                "synchronous_standby_names=",
                "-c",
                "exit_on_error=on",
                ManagedInstance.DATABASE));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (Writer statement = process.outputWriter(StandardCharsets.UTF_8)) {
                for (String sql : statements) {
                    statement.write(sql + "\n");
                }
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw failed(output);
            }
        } catch (IOException e) {
            throw failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("interrupted");
        }
    }

    private static NodeException failed(String output) {
        return new NodeException(
                "the new cluster's tables could not be made: " + output.strip(),
                "see the message above; 'howdah up' tries again from the beginning");
    }
}
