package io.howdah.gateway.protocol;

import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.SqlState;
import java.net.InetAddress;

/** What the gateway itself tells clients when something went wrong: what happened, why, and the next step. */
public final class Errors {
    private Errors() {}

    public static ErrorFields transactionLost(String reason) {
        return ErrorFields.error(
                SqlState.SERIALIZATION_FAILURE,
                "the transaction was lost together with its server",
                reason + ". No COMMIT had been sent, so nothing of this transaction was kept.",
                "Roll back and run the transaction again.");
    }

    public static ErrorFields requestLost(String reason) {
        return ErrorFields.error(
                SqlState.SERIALIZATION_FAILURE,
                "the request was lost together with its server",
                reason + ". Nothing of it was kept.",
                "Send the request again.");
    }

    public static ErrorFields unknownOutcome(String reason) {
        return ErrorFields.error(
                SqlState.TRANSACTION_RESOLUTION_UNKNOWN,
                "transaction resolution unknown",
                reason + ". The statement had been sent and may or may not have been committed.",
                "Check whether its changes are there before you send it again.");
    }

    public static ErrorFields answerCutShort(String reason) {
        return ErrorFields.error(
                SqlState.CONNECTION_FAILURE,
                "the answer was cut short because its server is gone",
                reason + ". The statement only reads, so nothing was changed.",
                "Send it again.");
    }

    public static ErrorFields committedLocallyOnly() {
        return ErrorFields.error(
                SqlState.TRANSACTION_RESOLUTION_UNKNOWN,
                "transaction resolution unknown: the commit was not confirmed by a quorum",
                "The wait for synchronous replication was cut short, so a failover could still undo the commit.",
                "Check whether its changes are there before you send it again.");
    }

    public static ErrorFields stateLost(String what) {
        return ErrorFields.error(
                SqlState.ADMIN_SHUTDOWN,
                "session state was lost together with its server: " + what,
                "It lived only on the server that this session was connected to. The statement was not executed.",
                "The session goes on without it: create it again, then repeat the statement.");
    }

    public static ErrorFields tooManyNotifications() {
        return ErrorFields.fatal(
                SqlState.OUT_OF_MEMORY,
                "terminating connection because too many notifications wait for it",
                "They are delivered between transactions, and only to a client that reads.",
                "End transactions sooner and read what comes.");
    }

    public static ErrorFields notificationsMissed() {
        return ErrorFields.of(
                "WARNING",
                SqlState.WARNING,
                "notifications may have been missed",
                "The server that had them is gone, and its notifications with it. The session still listens.",
                "Read what may have changed in between.");
    }

    public static ErrorFields listenLost() {
        return ErrorFields.fatal(
                SqlState.ADMIN_SHUTDOWN,
                "terminating connection because its LISTEN registrations were lost together with their server",
                "Notifications may have been missed.",
                "Connect again, LISTEN again, and read what may have changed in between.");
    }

    public static ErrorFields held(long waitedMillis, String reason) {
        return ErrorFields.error(
                SqlState.CANNOT_CONNECT_NOW,
                "no PostgreSQL server could take the statement within " + waitedMillis + " ms",
                reason + ". The statement was held by the gateway and not executed.",
                "Send it again; \"howdah status\" shows what the cluster waits for.");
    }

    public static ErrorFields heldLogin(long waitedMillis, String reason) {
        return ErrorFields.fatal(
                SqlState.CANNOT_CONNECT_NOW,
                "no PostgreSQL server could take the connection within " + waitedMillis + " ms",
                reason + ".",
                "Connect again; \"howdah status\" shows what the cluster waits for.");
    }

    public static ErrorFields canceled() {
        return ErrorFields.error(SqlState.QUERY_CANCELED, "canceling statement due to user request", "", "");
    }

    public static ErrorFields weakerCommit() {
        return ErrorFields.error(
                SqlState.INSUFFICIENT_PRIVILEGE,
                "synchronous_commit cannot be lowered in this cluster",
                "A commit below \"on\" is acknowledged before a majority of the nodes has it, and a failover may undo it.",
                "Leave synchronous_commit at \"on\" or raise it to \"remote_apply\". Where losing commits is acceptable,"
                        + " allow it with \"weaker_commit: true\" under \"pooling\" in the gateway's configuration.");
    }

    public static ErrorFields replaced() {
        return ErrorFields.fatal(
                SqlState.ADMIN_SHUTDOWN,
                "terminating connection because this gateway process was replaced",
                "Another process serves the same port already. Nothing of this session was under way.",
                "Connect again.");
    }

    public static ErrorFields gatewayStops() {
        return ErrorFields.fatal(
                SqlState.ADMIN_SHUTDOWN,
                "terminating connection because the gateway stops",
                "",
                "Connect to another gateway of the cluster.");
    }

    public static ErrorFields killed(String database) {
        return ErrorFields.fatal(
                SqlState.ADMIN_SHUTDOWN,
                "terminating connection because an operator has killed database \"" + database + "\"",
                "",
                "Connect again; you will be served once the operator says RESUME.");
    }

    public static ErrorFields addressGone(InetAddress address) {
        return ErrorFields.fatal(
                SqlState.ADMIN_SHUTDOWN,
                "terminating connection because the gateway loses the address " + address.getHostAddress(),
                "",
                "Connect again; another gateway has the address then.");
    }

    public static ErrorFields disabled(String database) {
        return ErrorFields.fatal(
                SqlState.CANNOT_CONNECT_NOW,
                "database does not allow connections: " + database,
                "An operator has disabled it on this gateway.",
                "\"ENABLE " + database + "\" in the console lets clients in again.");
    }

    public static ErrorFields noConsole(String user) {
        return ErrorFields.fatal(
                SqlState.INSUFFICIENT_PRIVILEGE,
                "role \"" + user + "\" may not use the console",
                "",
                "Log in as one of the gateway's admin users.");
    }

    public static ErrorFields wrongSetting(String name, String value, String right) {
        return ErrorFields.error(
                SqlState.INVALID_PARAMETER_VALUE,
                "invalid value for parameter \"" + name + "\": \"" + value + "\"",
                "",
                "Available values: " + right + ".");
    }

    public static ErrorFields reservedWord(String name, String word) {
        return ErrorFields.error(
                SqlState.SYNTAX_ERROR,
                "\"" + word + "\" is a reserved word of SQL",
                "",
                "Write SET " + name + " = '" + word + "'.");
    }

    public static ErrorFields unknownSetting(String name) {
        return ErrorFields.error(
                SqlState.UNDEFINED_OBJECT,
                "unrecognized configuration parameter \"" + name + "\"",
                "The gateway has the settings howdah.route and howdah.consistency.",
                "Set one of these, or choose another name for a setting of your own.");
    }

    /** @param ownMaximum whether it is the pool's own maximum that allows no more, rather than a limit over all pools or the server */
    public static ErrorFields poolFull(long waitedMillis, String pool, int connections, boolean ownMaximum) {
        if (!ownMaximum) {
            return ErrorFields.error(
                    SqlState.TOO_MANY_CONNECTIONS,
                    "no server connection became free within " + waitedMillis + " ms",
                    "The pool for " + pool + " had " + connections
                            + " connections in use, and a limit over all pools, or the"
                            + " server, allowed no more. The statement was not executed.",
                    "End transactions that are left open, raise the limit (\"connections_per_server\","
                            + " \"connections_per_database\" or \"connections_per_role\" under \"pooling\", or the"
                            + " server's max_connections), or send the statement again.");
        }
        return ErrorFields.error(
                SqlState.TOO_MANY_CONNECTIONS,
                "no server connection became free within " + waitedMillis + " ms",
                "All " + connections + " connections of the pool for " + pool
                        + " were in use. The statement was not executed.",
                "End transactions that are left open, give the pool more connections (\"maximum\" under \"pooling\"),"
                        + " or send the statement again.");
    }

    public static ErrorFields transactionBlockRefused() {
        return ErrorFields.fatal(
                SqlState.PROTOCOL_VIOLATION,
                "transaction blocks are not allowed with statement pooling",
                "The pool of this database and role gives its connections away after every statement.",
                "Use transaction pooling for this role, or send single statements.");
    }

    public static ErrorFields settingsRefused(ErrorFields cause, boolean mayHaveRun) {
        return ErrorFields.fatal(
                SqlState.ADMIN_SHUTDOWN,
                "the settings of the session were refused by its next server: " + cause.message(),
                mayHaveRun
                        ? "The statement may have been executed without these settings."
                        : "The statement was not executed.",
                "Connect again and set them anew.");
    }

    public static ErrorFields failedTransaction() {
        return ErrorFields.error(
                SqlState.FAILED_TRANSACTION,
                "current transaction is aborted, commands ignored until end of transaction block",
                "",
                "");
    }

    public static ErrorFields protocolViolation(String message) {
        return ErrorFields.fatal(SqlState.PROTOCOL_VIOLATION, message, "", "");
    }
}
