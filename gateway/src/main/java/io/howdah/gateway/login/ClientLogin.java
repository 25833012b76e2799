package io.howdah.gateway.login;

import io.howdah.gateway.metrics.SessionCounters;
import io.howdah.gateway.metrics.SessionEvent;
import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.protocol.Errors;
import io.howdah.postgres.scram.ScramException;
import io.howdah.postgres.scram.ScramServer;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.FrontendType;
import io.howdah.postgres.wire.MessageFrame;
import io.howdah.postgres.wire.ProtocolException;
import io.howdah.postgres.wire.SqlState;
import io.howdah.postgres.wire.StartupPacket;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client until it is authenticated: start-up packet, SCRAM-SHA-256 (RFC 5802, RFC 7677), then the {@link Reception} takes over. Cancel
 * requests end here.
 */
public final class ClientLogin extends ByteToMessageDecoder {
    private static final long VERIFIER_RETRY_MILLIS = 100;

    private enum Step {
        STARTUP,
        SASL_INITIAL,
        /** Nothing is expected from the client: its verifier is looked for, or its cancel request carried out. */
        WAITING,
        SASL_FINAL,
        DONE
    }

    private static final Logger LOG = LoggerFactory.getLogger(ClientLogin.class);

    private final Reception reception;
    private final VerifierSource verifiers;
    private final SecureRandom random;
    private final LoginSettings settings;
    private final ClientLimit limit;
    private final SessionCounters counters;
    private Step step = Step.STARTUP;
    private boolean sslAsked;
    private boolean gssAsked;
    private SequencedMap<String, String> parameters = new LinkedHashMap<>();
    private String user = "";
    private boolean certain;
    private ScramServer.@Nullable Challenge challenge;

    public ClientLogin(
            Reception reception,
            VerifierSource verifiers,
            SecureRandom random,
            LoginSettings settings,
            ClientLimit limit,
            SessionCounters counters) {
        this.reception = reception;
        this.verifiers = verifiers;
        this.random = random;
        this.settings = settings;
        this.limit = limit;
        this.counters = counters;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Channels.later(context.executor(), settings.timeout().toMillis(), () -> tooSlow(context));
    }

    private void tooSlow(ChannelHandlerContext context) {
        switch (step) {
            case STARTUP, SASL_INITIAL, SASL_FINAL ->
                end(
                        context,
                        ErrorFields.fatal(SqlState.QUERY_CANCELED, "canceling authentication due to timeout", "", ""));
            case WAITING, DONE -> {}
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        switch (step) {
            case STARTUP -> readStartup(context, in);
            case SASL_INITIAL, SASL_FINAL -> readSasl(context, in);
            case WAITING -> {}
            case DONE -> in.skipBytes(in.readableBytes());
        }
    }

    private void readStartup(ChannelHandlerContext context, ByteBuf in) {
        if (in.readableBytes() < MessageFrame.LENGTH_BYTES) {
            return;
        }
        int length = StartupPacket.payloadBytes(in.getInt(in.readerIndex()));
        if (in.readableBytes() < MessageFrame.LENGTH_BYTES + length) {
            return;
        }
        in.skipBytes(MessageFrame.LENGTH_BYTES);
        switch (StartupPacket.parse(in.readSlice(length))) {
            case StartupPacket.SslRequest _ -> {
                refuseEncryption(context, sslAsked);
                sslAsked = true;
            }
            case StartupPacket.GssEncryptionRequest _ -> {
                refuseEncryption(context, gssAsked);
                gssAsked = true;
            }
            case StartupPacket.CancelRequest cancel -> cancel(context, cancel);
            case StartupPacket.Startup startup -> startup(context, startup);
        }
    }

    private static void refuseEncryption(ChannelHandlerContext context, boolean again) {
        if (again) {
            throw new ProtocolException("the same kind of encryption was asked for twice");
        }
        ByteBuf answer = context.alloc().buffer(1).writeByte(StartupPacket.ENCRYPTION_REFUSED);
        Channels.send(context, answer);
    }

    /** The connection stays open until the request has been dealt with: that is how a client knows when to go on. */
    private void cancel(ChannelHandlerContext context, StartupPacket.CancelRequest request) {
        step = Step.WAITING;
        reception.cancel(
                request.processId(), request.secret(), () -> context.executor().execute(() -> Channels.close(context)));
    }

    private void startup(ChannelHandlerContext context, StartupPacket.Startup startup) {
        if (!limit.admit(context.channel())) {
            end(
                    context,
                    ErrorFields.fatal(
                            SqlState.TOO_MANY_CONNECTIONS,
                            "sorry, too many clients already",
                            "The gateway serves at most " + settings.maxClients() + " connections.",
                            "Close some, or raise the gateway's limit."));
            return;
        }
        String replication = startup.parameters().getOrDefault("replication", "false");
        if (!replication.equals("false") && !replication.equals("off") && !replication.equals("0")) {
            end(
                    context,
                    ErrorFields.fatal(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "the gateway does not serve replication connections",
                            "A replication stream belongs to one server and cannot be moved.",
                            "Connect to the node itself."));
            return;
        }
        if (!settings.weakerCommit() && StartupCommitLevel.isWeaker(startup.parameters())) {
            ErrorFields error = Errors.weakerCommit();
            end(context, ErrorFields.fatal(error.sqlState(), error.message(), error.detail(), error.hint()));
            return;
        }
        user = startup.user();
        List<String> unknownOptions = startup.parameters().keySet().stream()
                .filter(name -> name.startsWith("_pq_."))
                .toList();
        parameters = new LinkedHashMap<>(startup.parameters());
        unknownOptions.forEach(parameters::remove);
        ByteBuf out = context.alloc().buffer(64);
        if (startup.minorVersion() > 0 || !unknownOptions.isEmpty()) {
            BackendMessages.negotiateProtocolVersion(out, 0, unknownOptions);
        }
        BackendMessages.authenticationSasl(out, List.of(ScramServer.MECHANISM));
        Channels.send(context, out);
        step = Step.SASL_INITIAL;
    }

    private void readSasl(ChannelHandlerContext context, ByteBuf in) {
        if (in.readableBytes() < MessageFrame.HEADER_BYTES) {
            return;
        }
        byte type = in.getByte(in.readerIndex());
        if (type == FrontendType.TERMINATE) {
            Channels.close(context);
            step = Step.DONE;
            return;
        }
        if (type != FrontendType.PASSWORD) {
            throw new ProtocolException("expected SASL response, got message type " + Byte.toUnsignedInt(type));
        }
        int length = MessageFrame.payloadBytes(in.getInt(in.readerIndex() + 1), MessageFrame.AUTHENTICATION_LIMIT);
        if (in.readableBytes() < MessageFrame.HEADER_BYTES + length) {
            return;
        }
        in.skipBytes(MessageFrame.HEADER_BYTES);
        ByteBuf payload = in.readSlice(length);
        if (step == Step.SASL_INITIAL) {
            String mechanism = MessageFrame.readString(payload);
            if (!mechanism.equals(ScramServer.MECHANISM)) {
                throw new ProtocolException("client selected an invalid SASL authentication mechanism");
            }
            int dataLength = MessageFrame.readInt(payload, "length of the initial response");
            String clientFirst = MessageFrame.readText(payload, dataLength);
            step = Step.WAITING;
            findVerifier(context, clientFirst, nanoTime(context));
        } else {
            finish(context, MessageFrame.readText(payload, length));
        }
    }

    private void findVerifier(ChannelHandlerContext context, String clientFirst, long sinceNanos) {
        verifiers
                .verifier(user)
                .whenComplete((found, problem) -> context.executor().execute(() -> {
                    if (!context.channel().isActive() || context.isRemoved()) {
                        return;
                    }
                    long waitedMillis = TimeUnit.NANOSECONDS.toMillis(nanoTime(context) - sinceNanos);
                    if (problem == null) {
                        challenge(context, clientFirst, found);
                    } else if (waitedMillis < settings.holdLimit().toMillis()) {
                        Channels.later(
                                context.executor(),
                                VERIFIER_RETRY_MILLIS,
                                () -> findVerifier(context, clientFirst, sinceNanos));
                    } else {
                        LOG.warn("no server could be asked how to check the password of a role", problem);
                        end(
                                context,
                                Errors.heldLogin(waitedMillis, "No server could be asked how to check the password"));
                    }
                }));
    }

    private static long nanoTime(ChannelHandlerContext context) {
        return context.channel().eventLoop().ticker().nanoTime();
    }

    private void challenge(ChannelHandlerContext context, String clientFirst, Optional<VerifierSource.Found> found) {
        try {
            certain = found.isPresent() && found.get().certain();
            ScramServer.Challenge next = found.isPresent()
                    ? ScramServer.challenge(clientFirst, found.get().verifier(), random)
                    : ScramServer.mockChallenge(clientFirst, user, settings.mockSecret(), random);
            ByteBuf out = context.alloc().buffer(128);
            BackendMessages.authenticationSaslContinue(out, next.serverFirst());
            challenge = next;
            step = Step.SASL_FINAL;
            Channels.send(context, out);
        } catch (ScramException e) {
            exceptionCaught(context, e);
        }
    }

    private void finish(ChannelHandlerContext context, String clientFinal) {
        ScramServer.Challenge current = challenge;
        if (current == null) {
            throw new ProtocolException("SASL response without a challenge");
        }
        switch (current.finish(clientFinal)) {
            case ScramServer.Refused _ -> {
                verifiers.forget(user);
                counters.count(SessionEvent.REFUSED_LOGIN);
                end(
                        context,
                        ErrorFields.fatal(
                                SqlState.INVALID_PASSWORD,
                                "password authentication failed for user \"" + user + "\"",
                                "",
                                ""));
            }
            case ScramServer.Authenticated authenticated -> {
                Login login = new Login(parameters, authenticated.keys(), certain);
                if (!admitGroup(context, "role \"" + user + "\"", settings.clientsPerRole())
                        || !admitGroup(
                                context, "database \"" + login.database() + "\"", settings.clientsPerDatabase())) {
                    return;
                }
                step = Step.DONE;
                ByteBuf out = context.alloc().buffer(128);
                BackendMessages.authenticationSaslFinal(out, authenticated.serverFinal());
                BackendMessages.authenticationOk(out);
                Channels.send(context, out);
                reception.loggedIn(context, login);
                // What the client has sent already goes on to the session.
                context.pipeline().remove(this);
            }
        }
    }

    private boolean admitGroup(ChannelHandlerContext context, String group, int groupLimit) {
        if (limit.admit(context.channel(), group, groupLimit)) {
            return true;
        }
        end(
                context,
                ErrorFields.fatal(
                        SqlState.TOO_MANY_CONNECTIONS,
                        "too many clients for " + group,
                        "The gateway serves at most " + groupLimit + " of them.",
                        "Close some, or raise the limit under \"pooling\" in the gateway's configuration."));
        return false;
    }

    private void end(ChannelHandlerContext context, ErrorFields error) {
        step = Step.DONE;
        ByteBuf out = context.alloc().buffer(256);
        error.writeError(out);
        Channels.sendAndClose(context.channel(), out);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        step = Step.DONE;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        if (step != Step.DONE && (root instanceof ProtocolException || root instanceof ScramException)) {
            counters.count(SessionEvent.PROTOCOL_VIOLATION);
            end(context, Errors.protocolViolation(String.valueOf(root.getMessage())));
        } else {
            step = Step.DONE;
            Channels.close(context);
        }
    }
}
