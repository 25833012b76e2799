package io.howdah.postgres.process;

import java.util.Optional;

/**
 * Whom a standby streams from.
 *
 * @param host address of the upstream
 * @param port port of the upstream
 * @param user role with the replication attribute; its password is in the passfile
 * @param applicationName the name under which the standby's acknowledgements arrive
 * @param slot physical replication slot, if one is used
 */
public record Upstream(String host, int port, String user, String applicationName, Optional<String> slot) {}
