package io.howdah.gateway.login;

import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.SqlState;
import java.util.Optional;

/** What a client hears that may not come in. */
final class Refusals {
    private Refusals() {}

    static ErrorFields wrongPassword(String user) {
        return ErrorFields.fatal(
                SqlState.INVALID_PASSWORD, "password authentication failed for user \"" + user + "\"", "", "");
    }

    /** @param rejected whether there is a rule that says so, rather than none */
    static ErrorFields byRules(boolean rejected, String who) {
        return ErrorFields.fatal(
                SqlState.INVALID_AUTHORIZATION,
                (rejected ? "the gateway's HBA rules reject the connection for " : "no HBA rule of the gateway for ")
                        + who,
                "",
                "Connect with TLS if you did not, or have a rule added to the gateway's HBA file.");
    }

    static ErrorFields byCertificate(String user, Optional<String> name) {
        return ErrorFields.fatal(
                SqlState.INVALID_AUTHORIZATION,
                name.isEmpty()
                        ? "connection requires a valid client certificate"
                        : "certificate authentication failed for user \"" + user + "\"",
                name.map(common -> "The certificate is for \"" + common + "\".").orElse(""),
                "Connect with sslcert and sslkey of a certificate whose common name is the role.");
    }

    static ErrorFields byPeer(String user, Optional<String> peer) {
        return ErrorFields.fatal(
                SqlState.INVALID_AUTHORIZATION,
                "Peer authentication failed for user \"" + user + "\"",
                peer.map(name -> "The system says that \"" + name + "\" is at the other end of the socket.")
                        .orElse("The system does not say who is at the other end of the socket."),
                "Connect as the role of that name, or have a map added to the gateway's HBA rules.");
    }

    static ErrorFields tooManyClients(int limit) {
        return ErrorFields.fatal(
                SqlState.TOO_MANY_CONNECTIONS,
                "sorry, too many clients already",
                "The gateway serves at most " + limit + " connections.",
                "Close some, or raise the gateway's limit.");
    }

    static ErrorFields tooManyClients(String group, int limit) {
        return ErrorFields.fatal(
                SqlState.TOO_MANY_CONNECTIONS,
                "too many clients for " + group,
                "The gateway serves at most " + limit + " of them.",
                "Close some, or raise the limit under \"pooling\" in the gateway's configuration.");
    }

    static ErrorFields replication() {
        return ErrorFields.fatal(
                SqlState.FEATURE_NOT_SUPPORTED,
                "the gateway does not serve replication connections",
                "A replication stream belongs to one server and cannot be moved.",
                "Connect to the node itself.");
    }

    static ErrorFields tooManyFailures(String user) {
        return ErrorFields.fatal(
                SqlState.INVALID_AUTHORIZATION,
                "too many failed log-ins of user \"" + user + "\" from this address",
                "The password was not looked at.",
                "Wait a minute, then connect with the right password.");
    }
}
