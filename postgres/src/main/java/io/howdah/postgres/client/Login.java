package io.howdah.postgres.client;

import io.howdah.postgres.scram.ScramException;
import io.howdah.postgres.scram.ScramLogin;
import io.howdah.postgres.scram.ScramServer;
import io.howdah.postgres.wire.AuthenticationCode;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendType;
import io.howdah.postgres.wire.FrontendMessages;
import io.howdah.postgres.wire.MessageFrame;
import io.howdah.postgres.wire.ProtocolException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The authentication part of a connection's start: reacts to Authentication messages until the server is content.
 * Only SCRAM-SHA-256 and trust are accepted; a server that asks for the password itself, or for md5, gets nothing.
 */
final class Login {
    private final Credential credential;
    private Optional<ScramLogin> exchange = Optional.empty();
    private boolean serverVerified;

    Login(Credential credential) {
        this.credential = credential;
    }

    /** Takes the payload of an Authentication message and writes the answer, if one is due. Returns true at the end. */
    boolean answer(ByteBuf payload, ByteBuf out) {
        int code = MessageFrame.readInt(payload, "authentication code");
        switch (code) {
            case AuthenticationCode.OK -> {
                if (exchange.isPresent() && !serverVerified) {
                    throw refused("the server skipped its own proof in the SCRAM exchange; it may be an impostor");
                }
                return true;
            }
            case AuthenticationCode.SASL -> begin(payload, out);
            case AuthenticationCode.SASL_CONTINUE ->
                FrontendMessages.saslResponse(out, current().clientFinal(rest(payload)));
            case AuthenticationCode.SASL_FINAL -> {
                current().verify(rest(payload));
                serverVerified = true;
            }
            case AuthenticationCode.MD5_PASSWORD ->
                throw refused("the server asks for an md5 password, which is not sent; set password_encryption ="
                        + " 'scram-sha-256', the password again, and scram-sha-256 in pg_hba.conf");
            case AuthenticationCode.CLEARTEXT_PASSWORD ->
                throw refused(
                        "the server asks for the password in clear text, which is not sent; use scram-sha-256 in pg_hba.conf");
            default -> throw refused("the server asks for authentication method " + code + ", which is not supported");
        }
        return false;
    }

    private void begin(ByteBuf payload, ByteBuf out) {
        List<String> mechanisms = BackendMessages.readSaslMechanisms(payload);
        if (!mechanisms.contains(ScramServer.MECHANISM)) {
            throw refused("the server offers %s but not %s".formatted(mechanisms, ScramServer.MECHANISM));
        }
        ScramLogin login = switch (credential) {
            case Credential.None none -> throw refused("the server asks for a password and none is set");
            case Credential.Password password -> ScramLogin.withPassword(password.value());
            case Credential.Keys keys -> ScramLogin.withKeys(keys.value());
            case Credential.Md5 md5 -> throw refused("the server asks for SCRAM, and only an md5 hash is known");
        };
        exchange = Optional.of(login);
        FrontendMessages.saslInitialResponse(out, ScramServer.MECHANISM, login.clientFirst());
    }

    private ScramLogin current() {
        return exchange.orElseThrow(() -> new ProtocolException("SASL message before AuthenticationSASL"));
    }

    private static String rest(ByteBuf payload) {
        return payload.readCharSequence(payload.readableBytes(), StandardCharsets.UTF_8)
                .toString();
    }

    private static PostgresConnectionException refused(String message) {
        return new PostgresConnectionException(PostgresConnectionException.Kind.LOGIN, message);
    }

    /** Turns what can go wrong in {@link #answer} and in the messages around it into the client's exceptions. */
    static RuntimeException translate(RuntimeException failure) {
        return switch (failure) {
            case ScramException scram ->
                new PostgresConnectionException(
                        PostgresConnectionException.Kind.LOGIN, "login failed: " + scram.getMessage(), scram);
            case ProtocolException protocol ->
                new PostgresConnectionException(
                        PostgresConnectionException.Kind.PROTOCOL,
                        "the server does not speak PostgreSQL's protocol: " + protocol.getMessage(),
                        protocol);
            default -> failure;
        };
    }

    /** The type of message that may arrive while logging in. */
    static boolean isExpected(byte type) {
        return switch (type) {
            case BackendType.AUTHENTICATION,
                    BackendType.BACKEND_KEY_DATA,
                    BackendType.ERROR_RESPONSE,
                    BackendType.NEGOTIATE_PROTOCOL_VERSION,
                    BackendType.NOTICE_RESPONSE,
                    BackendType.PARAMETER_STATUS,
                    BackendType.READY_FOR_QUERY -> true;
            default -> false;
        };
    }
}
