package io.howdah.server.node;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.process.DataDirectory;
import io.howdah.postgres.process.PostgresBinaries;
import io.howdah.postgres.process.PostgresProcessException;
import io.howdah.postgres.process.RuleTable;
import io.howdah.postgres.process.ServerConfiguration;
import io.howdah.postgres.process.SingleUserMode;
import io.howdah.postgres.process.UnprivilegedUser;
import io.howdah.postgres.scram.ScramVerifier;
import io.howdah.server.configuration.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Makes the data of a new cluster: initdb, then Howdah's roles and tables and the first rule, which names this node alone.
 * PostgreSQL runs in single-user mode for that, so that there is never a moment in which a server without a leader's right
 * accepts connections.
 */
final class Bootstrap {
    /** Lets gateways check a log-in without being superusers: they may ask for one role's verifier at a time. */
    private static final List<String> VERIFIER_FUNCTION = List.of(
            """
            create or replace function howdah.role_verifier(name) returns text language sql stable security definer\
             set search_path = pg_catalog\
             as 'select rolpassword from pg_catalog.pg_authid where rolname = $1 and rolcanlogin\
             and (rolvaliduntil is null or rolvaliduntil > pg_catalog.now())'""",
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
        single(statements(cluster, self, TimelineId.FIRST, "the cluster was made"));
    }

    /** Makes a node's data of an instance that stands still, whatever an earlier attempt has left in it. */
    void adopt(ClusterId cluster, NodeId self, TimelineId timeline) {
        List<String> statements = new ArrayList<>();
        statements.add(role(ManagedInstance.SUPERUSER, "superuser", secrets.postgresPassword()));
        statements.addAll(statements(cluster, self, timeline, "an instance was adopted"));
        single(statements);
    }

    private List<String> statements(ClusterId cluster, NodeId self, TimelineId timeline, String reason) {
        List<String> statements = new ArrayList<>();
        statements.add(role(ManagedInstance.REPLICATION_ROLE, "replication", secrets.replicationPassword()));
        statements.add("grant pg_monitor to " + ManagedInstance.REPLICATION_ROLE);
        statements.add(role(ManagedInstance.GATEWAY_ROLE, "connection limit -1", secrets.gatewayPassword()));
        statements.addAll(RuleTable.definition());
        statements.add(RuleTable.PERMIT);
        for (String table : List.of("howdah.rule", "howdah.rule_history")) {
            statements.add("delete from " + table);
            statements.add(firstRule(table, cluster, self, timeline, reason));
        }
        statements.addAll(VERIFIER_FUNCTION);
        return statements;
    }

    private String role(String name, String attributes, String password) {
        String how = "login %s password '%s'"
                .formatted(attributes, verifiers.apply(password).toStored());
        return """
                do $$ begin if exists (select from pg_catalog.pg_roles where rolname = '%s')\
                 then alter role %s %s; else create role %s %s; end if; end $$""".formatted(name, name, how, name, how);
    }

    private static String firstRule(String table, ClusterId cluster, NodeId self, TimelineId timeline, String reason) {
        return """
                insert into %s (cluster_id, term, subterm, leader, members, timeline, reason)\
                 values ('%s', 1, 1, '%s', '{%s}', %s, '%s')""".formatted(table, cluster, self, self, timeline.value(), reason);
    }

    private void single(List<String> statements) {
        try {
            new SingleUserMode(binaries, user)
                    .run(
                            data,
                            List.of("config_file=" + configuration.configFile()),
                            ManagedInstance.DATABASE,
                            statements);
        } catch (PostgresProcessException e) {
            throw new NodeException(
                    "the new cluster's tables could not be made: " + e.getMessage(),
                    "see the message above; 'howdah up' tries again from the beginning");
        }
    }
}
