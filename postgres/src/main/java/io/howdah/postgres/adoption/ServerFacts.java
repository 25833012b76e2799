package io.howdah.postgres.adoption;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a running server says of itself.
 *
 * @param settings all that differ from the built-in values by file or command line, as text that a file may hold
 * @param values those that matter whether they were set or not, by name
 * @param bytes what all databases take on disk
 * @param clients sessions of applications, this one not among them
 */
public record ServerFacts(
        boolean superuser,
        boolean standby,
        int majorVersion,
        Map<String, String> settings,
        Map<String, String> values,
        List<Role> roles,
        List<Slot> slots,
        List<String> tablespaces,
        List<String> databases,
        List<String> standbys,
        List<AccessRule> accessRules,
        Optional<String> howdahSchema,
        long bytes,
        int clients,
        boolean backupRuns) {
    public ServerFacts {
        settings = Map.copyOf(settings);
        values = Map.copyOf(values);
        roles = List.copyOf(roles);
        slots = List.copyOf(slots);
        tablespaces = List.copyOf(tablespaces);
        databases = List.copyOf(databases);
        standbys = List.copyOf(standbys);
        accessRules = List.copyOf(accessRules);
    }

    /** @param stored the password as PostgreSQL keeps it; empty for none */
    public record Role(String name, boolean superuser, boolean login, String stored) {
        public boolean hasMd5Password() {
            return stored.startsWith("md5");
        }

        /** Never shows what is stored. */
        @Override
        public String toString() {
            return name;
        }
    }

    /** @param plugin empty for a physical slot */
    public record Slot(String name, boolean logical, String plugin, String database, boolean active) {}

    /**
     * One line of {@code pg_hba.conf}.
     *
     * @param text the line, written anew from how PostgreSQL understood it
     * @param error why PostgreSQL does not use it; empty when it does
     */
    public record AccessRule(String text, String method, String error) {}

    public Optional<Role> role(String name) {
        return roles.stream().filter(role -> role.name().equals(name)).findFirst();
    }

    public String value(String name) {
        return values.getOrDefault(name, "");
    }
}
