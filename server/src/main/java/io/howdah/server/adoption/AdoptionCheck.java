package io.howdah.server.adoption;

import io.howdah.postgres.adoption.FoundServer;
import io.howdah.postgres.adoption.OldMeans;
import io.howdah.postgres.adoption.ServerFacts;
import io.howdah.postgres.adoption.ServerFacts.AccessRule;
import io.howdah.postgres.adoption.ServerFacts.Role;
import io.howdah.postgres.adoption.ServerFacts.Slot;
import io.howdah.postgres.process.ControlFile;
import io.howdah.postgres.process.PostgresVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is to be known before an instance is adopted, all of it at once. Pure.
 *
 * @param facts what the server says; empty when it could not be asked, and then there is an obstacle already
 * @param others how many nodes are to be cloned from it
 * @param freeBytes where the clones will stand
 */
record AdoptionCheck(
        FoundServer server,
        OldMeans means,
        ControlFile control,
        ServerFacts facts,
        KeptSettings settings,
        boolean rewindInstalled,
        int others,
        long freeBytes) {
    private static final String SUPERUSER = "postgres";
    private static final List<String> OWN_ROLES = List.of("howdah_replication", "howdah_gateway");
    private static final String RULE_COLUMNS = "cluster_id";

    /** Everything, obstacles first. */
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        keepers(findings);
        instance(findings);
        copies(findings);
        roles(findings);
        configuration(findings);
        findings.sort(Comparator.comparing(Finding::weight));
        return List.copyOf(findings);
    }

    private void keepers(List<Finding> findings) {
        server.keeper()
                .ifPresent(keeper -> findings.add(Finding.obstacle(
                        "'%s' keeps this server and would start it again".formatted(keeper),
                        "stop that first and start PostgreSQL on its own")));
        server.unit().ifPresent(unit -> {
            if (!"root".equals(System.getProperty("user.name"))) {
                findings.add(Finding.obstacle(
                        "systemd keeps this server as %s, and only root may stop it in order".formatted(unit),
                        "repeat this command as root"));
            }
            findings.add(Finding.note(
                    "systemd would start it again with the machine", "afterwards: systemctl disable " + unit));
        });
        findings.add(Finding.change("the server stops ('%s'); %s"
                .formatted(
                        means.stopCommand(),
                        facts.clients() == 0
                                ? "nobody is connected"
                                : facts.clients() + " sessions of clients end with it")));
    }

    private void instance(List<Finding> findings) {
        if (!new PostgresVersion(facts.majorVersion(), 0).isSupported()) {
            findings.add(Finding.obstacle(
                    "PostgreSQL %d is not supported".formatted(facts.majorVersion()),
                    "upgrade it to %d to %d first"
                            .formatted(PostgresVersion.OLDEST_MAJOR, PostgresVersion.NEWEST_MAJOR)));
        }
        if (!facts.superuser()) {
            findings.add(Finding.obstacle(
                    "the role that was used to ask the server is no superuser", "name one with --superuser"));
        }
        if (facts.standby()) {
            findings.add(
                    Finding.obstacle(
                            "the server is a standby of another",
                            "adopt its primary, or promote it first; a standby of this very cluster joins with 'howdah node adopt' in the cluster's directory"));
        }
        if (facts.backupRuns()) {
            findings.add(Finding.obstacle("a base backup of it is being taken", "wait for its end"));
        }
        if (!facts.databases().contains("postgres")) {
            findings.add(Finding.obstacle("there is no database 'postgres'", "create it: createdb postgres"));
        }
        facts.howdahSchema()
                .ifPresent(columns -> findings.add(
                        columns.contains(RULE_COLUMNS)
                                ? Finding.change("the rules of an earlier Howdah cluster are replaced")
                                : Finding.obstacle(
                                        "database 'postgres' has a schema 'howdah' that is not Howdah's",
                                        "rename it: alter schema howdah rename to ...")));
    }

    private void copies(List<Finding> findings) {
        for (String tablespace : facts.tablespaces()) {
            findings.add(Finding.obstacle(
                    "tablespace %s: an instance with tablespaces cannot be cloned yet".formatted(tablespace),
                    "move its tables to pg_default and drop it"));
        }
        if (facts.bytes() > 0 && others * facts.bytes() > freeBytes) {
            findings.add(Finding.obstacle(
                    "%d clones of %d MB each do not fit in the %d MB that are free"
                            .formatted(others, facts.bytes() >> 20, freeBytes >> 20),
                    "make room, name another directory with --dir, or begin with --nodes 1"));
        }
        for (Slot slot : facts.slots()) {
            findings.add(Finding.note(
                    "replication slot %s (%s) stays on this node%s"
                            .formatted(
                                    slot.name(),
                                    slot.logical() ? "logical, " + slot.plugin() : "physical",
                                    slot.logical() ? " and is not carried over by a failover" : ""),
                    slot.logical() || slot.active()
                            ? ""
                            : "nobody uses it and it keeps log: drop it when it is not needed"));
        }
        if (!facts.standbys().isEmpty()) {
            findings.add(Finding.note(
                    "standbys stream from it: %s; they lose it, since it listens elsewhere and knows only its own nodes"
                            .formatted(String.join(", ", facts.standbys())),
                    "stop them, or let them join afterwards with 'howdah node adopt'"));
        }
        boolean rewindable =
                control.dataChecksums() || facts.value("wal_log_hints").equals("on");
        if (!rewindable) {
            findings.add(Finding.note(
                    "it has no checksums: wal_log_hints is switched on, so that pg_rewind can be used from now on",
                    "checksums for all nodes: 'pg_checksums --enable' while it is stopped, before the adoption"));
        }
        if (!rewindInstalled) {
            findings.add(Finding.note(
                    "this installation has no pg_rewind: a diverged node is cloned anew",
                    "install the server's package"));
        }
    }

    private void roles(List<Finding> findings) {
        Optional<Role> superuser = facts.role(SUPERUSER);
        if (superuser.isEmpty()) {
            findings.add(Finding.change("the superuser '%s' is created".formatted(SUPERUSER)));
        } else if (!superuser.get().superuser()) {
            findings.add(Finding.obstacle(
                    "the role '%s' is no superuser, and Howdah needs it as one".formatted(SUPERUSER),
                    "rename it, or: alter role postgres superuser"));
        } else {
            findings.add(Finding.change(
                    "the password of the superuser '%s' becomes the one in secrets.yaml ('howdah dsn --password')"
                            .formatted(SUPERUSER)));
        }
        for (String role : OWN_ROLES) {
            findings.add(Finding.change(
                    facts.role(role).isPresent()
                            ? "the role '%s' gets another password".formatted(role)
                            : "the role '%s' is created".formatted(role)));
        }
        String old = facts.roles().stream()
                .filter(role ->
                        role.login() && role.hasMd5Password() && !role.name().equals(SUPERUSER))
                .map(Role::name)
                .sorted()
                .collect(Collectors.joining(", "));
        if (!old.isEmpty()) {
            findings.add(Finding.note(
                    "roles with an md5 password cannot log in through the gateways: " + old,
                    "set their passwords anew with password_encryption = 'scram-sha-256'"));
        }
    }

    private void configuration(List<Finding> findings) {
        if (!settings.kept().isEmpty()) {
            findings.add(Finding.note(
                    "these settings stay, on every node: "
                            + settings.kept().entrySet().stream()
                                    .map(entry -> entry.getKey() + "=" + entry.getValue())
                                    .collect(Collectors.joining(", ")),
                    ""));
        }
        if (!settings.dropped().isEmpty()) {
            findings.add(Finding.change("these settings are Howdah's from now on: "
                    + String.join(", ", settings.dropped().keySet())));
        }
        if (facts.value("wal_level").equals("minimal")) {
            findings.add(Finding.change("wal_level becomes replica instead of minimal"));
        }
        if (facts.value("archive_mode").equals("on")
                || facts.value("archive_mode").equals("always")) {
            findings.add(Finding.note(
                    "the log is archived by whichever node leads, with the same archive_command",
                    "see that it refuses to overwrite a file with another content"));
        }
        String unused = facts.accessRules().stream()
                .filter(rule -> !rule.error().isEmpty())
                .map(AccessRule::error)
                .collect(Collectors.joining("; "));
        if (!unused.isEmpty()) {
            findings.add(Finding.note("rules of pg_hba.conf that PostgreSQL does not use are left out: " + unused, ""));
        }
        findings.add(Finding.note(
                "%d rules of its pg_hba.conf stay, after Howdah's own; they concern direct connections, not those through gateways"
                        .formatted(usableRules(facts).size()),
                ""));
        String trusting = facts.accessRules().stream()
                .filter(rule -> rule.method().equals("trust"))
                .map(AccessRule::text)
                .collect(Collectors.joining("; "));
        if (!trusting.isEmpty()) {
            findings.add(
                    Finding.note("these rules let anybody in without a password: " + trusting, "consider them again"));
        }
    }

    /** The rules that stay, in order. */
    static List<String> usableRules(ServerFacts facts) {
        return facts.accessRules().stream()
                .filter(rule -> rule.error().isEmpty())
                .map(AccessRule::text)
                .toList();
    }
}
