package io.howdah.gateway.login;

import io.howdah.gateway.metrics.SessionCounters;
import io.howdah.gateway.metrics.SessionEvent;
import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.protocol.ClientAddress;
import io.howdah.gateway.protocol.Errors;
import io.howdah.gateway.protocol.Failures;
import io.howdah.gateway.tls.Protection;
import io.howdah.postgres.client.Credential;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client until it is authenticated: start-up packet, the rules of access, SCRAM where they ask for it, then the {@link Reception} takes
 * over. Cancel requests end here. Stands behind the {@link io.howdah.gateway.tls.TlsGate}.
 */
public final class ClientLogin extends ByteToMessageDecoder {
    private static final long VERIFIER_RETRY_MILLIS = 100;

    private enum Step {
        STARTUP,
        SASL_INITIAL,
        MD5,
        /** Nothing is expected from the client: its verifier is looked for, or its cancel request carried out. */
        WAITING,
        SASL_FINAL,
        DONE
    }

    private static final Logger LOG = LoggerFactory.getLogger(ClientLogin.class);

    private final Reception reception;
    private final SecureRandom random;
    private final LoginSettings settings;
    private final Entrance access;
    private final ClientLimit limit;
    private final SessionCounters counters;
    private Step step = Step.STARTUP;
    private SequencedMap<String, String> parameters = new LinkedHashMap<>();
    private String user = "";
    private String database = "";
    private int protocolMinor;
    private @Nullable ScramExchange exchange;
    private @Nullable Md5Exchange md5;

    public ClientLogin(
            Reception reception,
            SecureRandom random,
            LoginSettings settings,
            Entrance access,
            ClientLimit limit,
            SessionCounters counters) {
        this.reception = reception;
        this.random = random;
        this.settings = settings;
        this.access = access;
        this.limit = limit;
        this.counters = counters;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Channels.later(context.executor(), settings.timeout().toMillis(), () -> tooSlow(context));
    }

    private void tooSlow(ChannelHandlerContext context) {
        switch (step) {
            case STARTUP, SASL_INITIAL, MD5, SASL_FINAL ->
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
            case SASL_INITIAL, MD5, SASL_FINAL -> readAnswer(context, in);
            case WAITING -> {
                if (in.readableBytes() > MessageFrame.AUTHENTICATION_LIMIT) {
                    throw new ProtocolException("received data before the authentication was over");
                }
            }
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
            // Those that are in their place have been answered by the TlsGate.
            case StartupPacket.SslRequest _ -> throw new ProtocolException("TLS was asked for at the wrong time");
            case StartupPacket.GssEncryptionRequest _ ->
                throw new ProtocolException("GSSAPI encryption was asked for at the wrong time");
            case StartupPacket.CancelRequest cancel -> cancel(context, cancel);
            case StartupPacket.Startup startup -> startup(context, startup);
        }
    }

    /** The connection stays open until the request has been dealt with: that is how a client knows when to go on. */
    private void cancel(ChannelHandlerContext context, StartupPacket.CancelRequest request) {
        step = Step.WAITING;
        reception.cancel(
                request.processId(), request.secret(), () -> context.executor().execute(() -> Channels.close(context)));
    }

    private void startup(ChannelHandlerContext context, StartupPacket.Startup startup) {
        if (!limit.admit(context.channel())) {
            end(context, Refusals.tooManyClients(settings.maxClients()));
            return;
        }
        String replication = startup.parameters().getOrDefault("replication", "false");
        if (!replication.equals("false") && !replication.equals("off") && !replication.equals("0")) {
            end(context, Refusals.replication());
            return;
        }
        if (!settings.weakerCommit() && StartupCommitLevel.isWeaker(startup.parameters())) {
            ErrorFields error = Errors.weakerCommit();
            end(context, ErrorFields.fatal(error.sqlState(), error.message(), error.detail(), error.hint()));
            return;
        }
        begin(context, startup);
    }

    private void begin(ChannelHandlerContext context, StartupPacket.Startup startup) {
        user = startup.user();
        database = startup.database();
        List<String> unknownOptions = startup.parameters().keySet().stream()
                .filter(name -> name.startsWith("_pq_."))
                .toList();
        parameters = new LinkedHashMap<>(startup.parameters());
        unknownOptions.forEach(parameters::remove);
        // 3.1 was never a protocol: those who ask for it get 3.0, as PostgreSQL 18 answers.
        protocolMinor = startup.minorVersion() >= 2 ? 2 : 0;
        ByteBuf out = context.alloc().buffer(64);
        if (startup.minorVersion() != protocolMinor || !unknownOptions.isEmpty()) {
            BackendMessages.negotiateProtocolVersion(out, protocolMinor, unknownOptions);
        }
        Protection protection = Protection.of(context.channel(), access.tls());
        Optional<AccessRule> rule =
                access.rules().find(context.channel(), protection.encrypted(), startup.database(), user);
        Optional<ErrorFields> refusal = new Doorkeeper(access).refusal(context.channel(), startup, protection, rule);
        if (refusal.isPresent()) {
            counters.count(SessionEvent.REFUSED_LOGIN);
            refusal.get().writeError(out);
            step = Step.DONE;
            Channels.sendAndClose(context.channel(), out);
            return;
        }
        switch (rule.map(AccessRule::method).orElse(AccessRule.Method.REJECT)) {
            case SCRAM -> beginScram(context, protection, out);
            case MD5 -> {
                Channels.send(context, out);
                step = Step.WAITING;
                findVerifier(context, nanoTime(context), found -> beginMd5(context, protection, found));
            }
            case TRUST, PEER, CERTIFICATE, REJECT ->
                authenticated(context, out, new Login(parameters, new Credential.None(), true, protocolMinor));
        }
    }

    private void beginScram(ChannelHandlerContext context, Protection protection, ByteBuf out) {
        ScramExchange begun = new ScramExchange(random, settings, user, protection.endPoint());
        exchange = begun;
        BackendMessages.authenticationSasl(out, begun.mechanisms());
        Channels.send(context, out);
        step = Step.SASL_INITIAL;
    }

    /** Only passwords that are stored for md5 are asked for so; unknown roles get the better exchange, as from PostgreSQL. */
    private void beginMd5(ChannelHandlerContext context, Protection protection, Optional<VerifierSource.Found> found) {
        ByteBuf out = context.alloc().buffer(64);
        if (found.isPresent() && found.get().password() instanceof StoredPassword.Md5 stored) {
            Md5Exchange begun = new Md5Exchange(random, stored, found.get().certain());
            md5 = begun;
            BackendMessages.authenticationMd5(out, begun.salt());
            Channels.send(context, out);
            step = Step.MD5;
        } else {
            beginScram(context, protection, out);
        }
    }

    private void readAnswer(ChannelHandlerContext context, ByteBuf in) {
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
            throw new ProtocolException("expected " + (step == Step.MD5 ? "password" : "SASL")
                    + " response, got message type " + Byte.toUnsignedInt(type));
        }
        int length = MessageFrame.payloadBytes(in.getInt(in.readerIndex() + 1), MessageFrame.AUTHENTICATION_LIMIT);
        if (in.readableBytes() < MessageFrame.HEADER_BYTES + length) {
            return;
        }
        in.skipBytes(MessageFrame.HEADER_BYTES);
        ByteBuf payload = in.readSlice(length);
        if (step == Step.SASL_INITIAL) {
            String mechanism = MessageFrame.readString(payload);
            int dataLength = MessageFrame.readInt(payload, "length of the initial response");
            String clientFirst = MessageFrame.readText(payload, dataLength);
            step = Step.WAITING;
            begun().choose(mechanism);
            findVerifier(context, nanoTime(context), found -> challenge(context, clientFirst, found));
        } else if (step == Step.MD5) {
            finishMd5(context, MessageFrame.readString(payload));
        } else {
            finish(context, MessageFrame.readText(payload, length));
        }
    }

    private ScramExchange begun() {
        ScramExchange current = exchange;
        if (current == null) {
            throw new ProtocolException("SASL response without a request");
        }
        return current;
    }

    private static long nanoTime(ChannelHandlerContext context) {
        return context.channel().eventLoop().ticker().nanoTime();
    }

    private void findVerifier(
            ChannelHandlerContext context, long sinceNanos, Consumer<Optional<VerifierSource.Found>> then) {
        reception
                .verifiers(database)
                .verifier(user)
                .whenComplete((found, problem) -> context.executor().execute(() -> {
                    if (!context.channel().isActive() || context.isRemoved()) {
                        return;
                    }
                    long waitedMillis = TimeUnit.NANOSECONDS.toMillis(nanoTime(context) - sinceNanos);
                    if (problem == null) {
                        then.accept(found);
                    } else if (waitedMillis < settings.holdLimit().toMillis()) {
                        Channels.later(
                                context.executor(),
                                VERIFIER_RETRY_MILLIS,
                                () -> findVerifier(context, sinceNanos, then));
                    } else {
                        LOG.warn("no server could be asked how to check the password of a role", problem);
                        end(
                                context,
                                Errors.heldLogin(waitedMillis, "No server could be asked how to check the password"));
                    }
                }));
    }

    private void challenge(ChannelHandlerContext context, String clientFirst, Optional<VerifierSource.Found> found) {
        try {
            String challenge = begun().challenge(clientFirst, found);
            ByteBuf out = context.alloc().buffer(128);
            BackendMessages.authenticationSaslContinue(out, challenge);
            step = Step.SASL_FINAL;
            Channels.send(context, out);
        } catch (ScramException e) {
            exceptionCaught(context, e);
        }
    }

    private void finish(ChannelHandlerContext context, String clientFinal) {
        switch (begun().finish(clientFinal)) {
            case ScramServer.Refused _ -> wrong(context);
            case ScramServer.Authenticated authenticated -> {
                access.failures().succeeded(ClientAddress.of(context.channel()), user);
                ByteBuf out = context.alloc().buffer(128);
                BackendMessages.authenticationSaslFinal(out, authenticated.serverFinal());
                authenticated(
                        context,
                        out,
                        new Login(
                                parameters,
                                new Credential.Keys(authenticated.keys()),
                                begun().isCertain(),
                                protocolMinor));
            }
        }
    }

    private void finishMd5(ChannelHandlerContext context, String answer) {
        Md5Exchange begun = md5;
        if (begun == null || !begun.isRight(answer)) {
            wrong(context);
            return;
        }
        access.failures().succeeded(ClientAddress.of(context.channel()), user);
        authenticated(
                context,
                context.alloc().buffer(32),
                new Login(parameters, begun.credential(), begun.isCertain(), protocolMinor));
    }

    private void wrong(ChannelHandlerContext context) {
        reception.verifiers(database).forget(user);
        counters.count(SessionEvent.REFUSED_LOGIN);
        access.failures().failed(ClientAddress.of(context.channel()), user, nanoTime(context));
        end(context, Refusals.wrongPassword(user));
    }

    private void authenticated(ChannelHandlerContext context, ByteBuf out, Login login) {
        if (!admitGroup(context, "role \"" + user + "\"", settings.clientsPerRole())
                || !admitGroup(context, "database \"" + login.database() + "\"", settings.clientsPerDatabase())) {
            out.release();
            return;
        }
        step = Step.DONE;
        BackendMessages.authenticationOk(out);
        Channels.send(context, out);
        reception.loggedIn(context, login);
        // What the client has sent already goes on to the session.
        context.pipeline().remove(this);
    }

    private boolean admitGroup(ChannelHandlerContext context, String group, int groupLimit) {
        if (limit.admit(context.channel(), group, groupLimit)) {
            return true;
        }
        end(context, Refusals.tooManyClients(group, groupLimit));
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
        Throwable root = Failures.root(cause);
        if (Failures.isOwnMistake(root)) {
            counters.count(SessionEvent.INTERNAL_ERROR);
            LOG.warn("a client's connection is closed because of a mistake of the gateway's own", cause);
        }
        if (step != Step.DONE && (root instanceof ProtocolException || root instanceof ScramException)) {
            counters.count(SessionEvent.PROTOCOL_VIOLATION);
            end(context, Errors.protocolViolation(String.valueOf(root.getMessage())));
        } else {
            step = Step.DONE;
            Channels.close(context);
        }
    }
}
