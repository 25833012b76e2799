package io.howdah.gateway.pool;

import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.protocol.Failures;
import io.howdah.gateway.route.Backend;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.scram.ScramException;
import io.howdah.postgres.scram.ScramLogin;
import io.howdah.postgres.scram.ScramServer;
import io.howdah.postgres.wire.AuthenticationCode;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendMessages.BackendKey;
import io.howdah.postgres.wire.BackendMessages.ParameterStatus;
import io.howdah.postgres.wire.BackendType;
import io.howdah.postgres.wire.Bytes;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.FrontendMessages;
import io.howdah.postgres.wire.Md5Password;
import io.howdah.postgres.wire.MessageFrame;
import io.howdah.postgres.wire.ProtocolException;
import io.howdah.postgres.wire.SqlState;
import io.howdah.postgres.wire.StartupPacket;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The log-in of one connection to a server, with what the client's own log-in gave away. */
public final class BackendLogin extends ByteToMessageDecoder {
    /** A server that accepts connections but does not answer is as good as none. */
    private static final long ANSWER_TIMEOUT_MILLIS = 5_000;

    /** Told exactly once how the log-in ended, on the event loop. */
    public interface Listener {
        void connected(Done done);

        /** The server answered with an error. */
        void refused(ErrorFields error);

        /** There is no server, or none that speaks as it should. */
        void failed(String reason);
    }

    /**
     * A connection that is ready for requests.
     *
     * @param channel the connection, on the event loop of its pool
     * @param key what a cancel request must show
     * @param parameters the settings that the server reported
     * @param commitLevel the synchronous_commit that the role has there
     * @param messageLevel its client_min_messages
     */
    public record Done(
            Channel channel,
            BackendKey key,
            SequencedMap<String, String> parameters,
            String commitLevel,
            String messageLevel) {}

    private static final String LEVELS =
            "SELECT pg_catalog.current_setting('synchronous_commit'), pg_catalog.current_setting('client_min_messages')";

    private final Backend place;
    private final SequencedMap<String, String> startup;
    private final Credential credential;
    private @Nullable ScramLogin scram;
    private final Listener listener;
    private final SequencedMap<String, String> reported = new LinkedHashMap<>();
    private BackendKey key = new BackendKey(0, Bytes.of(new byte[4]));
    private String commitLevel = "";
    private String messageLevel = "";
    private boolean authenticated;
    private boolean finished;

    BackendLogin(Backend place, SequencedMap<String, String> startup, Credential credential, Listener listener) {
        this.place = place;
        this.startup = startup;
        this.credential = credential;
        this.listener = listener;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ByteBuf out = context.alloc().buffer(256);
        StartupPacket.writeStartup(out, StartupPacket.PROTOCOL_3_0, startup);
        Channels.send(context, out);
        Channels.later(context.executor(), ANSWER_TIMEOUT_MILLIS, () -> {
            if (!finished) {
                failed(place + " accepts connections but does not answer");
                Channels.close(context);
            }
        });
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < MessageFrame.HEADER_BYTES) {
            return;
        }
        int start = in.readerIndex();
        byte type = in.getByte(start);
        int length = MessageFrame.payloadBytes(in.getInt(start + 1), MessageFrame.AUTHENTICATION_LIMIT);
        if (in.readableBytes() < MessageFrame.HEADER_BYTES + length) {
            return;
        }
        in.skipBytes(MessageFrame.HEADER_BYTES);
        ByteBuf payload = in.readSlice(length);
        switch (type) {
            case BackendType.AUTHENTICATION -> authentication(context, payload);
            case BackendType.PARAMETER_STATUS -> {
                ParameterStatus status = BackendMessages.readParameterStatus(payload);
                reported.put(status.name(), status.value());
            }
            case BackendType.BACKEND_KEY_DATA -> key = BackendMessages.readBackendKey(payload);
            case BackendType.ERROR_RESPONSE -> refused(context, ErrorFields.decode(payload));
            case BackendType.READY_FOR_QUERY -> {
                if (authenticated) {
                    ready(context);
                } else {
                    // ALTER ROLE and ALTER DATABASE may have changed them, and the server does not report them by
                    // itself.
                    authenticated = true;
                    ByteBuf question = context.alloc().buffer(64);
                    FrontendMessages.query(question, LEVELS);
                    Channels.send(context, question);
                }
            }
            case BackendType.DATA_ROW -> {
                payload.skipBytes(Short.BYTES);
                commitLevel = value(payload);
                messageLevel = value(payload);
            }
            case BackendType.NOTICE_RESPONSE,
                    BackendType.NEGOTIATE_PROTOCOL_VERSION,
                    BackendType.ROW_DESCRIPTION,
                    BackendType.COMMAND_COMPLETE -> {}
            default -> throw new ProtocolException("message of type " + type + " during log-in");
        }
    }

    private static String value(ByteBuf row) {
        return row.readCharSequence(row.readInt(), StandardCharsets.US_ASCII).toString();
    }

    private void authentication(ChannelHandlerContext context, ByteBuf payload) {
        int code = MessageFrame.readInt(payload, "authentication code");
        ByteBuf out = context.alloc().buffer(128);
        boolean able = switch (code) {
            case AuthenticationCode.OK -> true;
            case AuthenticationCode.SASL -> beginScram(out);
            case AuthenticationCode.SASL_CONTINUE -> {
                FrontendMessages.saslResponse(out, login().clientFinal(payload.toString(StandardCharsets.UTF_8)));
                yield true;
            }
            case AuthenticationCode.SASL_FINAL -> {
                login().verify(payload.toString(StandardCharsets.UTF_8));
                yield true;
            }
            case AuthenticationCode.MD5_PASSWORD -> md5(payload, out);
            default -> false;
        };
        if (able && out.isReadable()) {
            Channels.send(context, out);
            return;
        }
        out.release();
        if (!able) {
            refused(context, cannotAnswer(code));
        }
    }

    private boolean beginScram(ByteBuf out) {
        Optional<ScramLogin> begun = switch (credential) {
            case Credential.Keys keys -> Optional.of(ScramLogin.withKeys(keys.value()));
            case Credential.Password password -> Optional.of(ScramLogin.withPassword(password.value()));
            case Credential.Md5 _, Credential.None _ -> Optional.empty();
        };
        scram = begun.orElse(null);
        begun.ifPresent(login -> FrontendMessages.saslInitialResponse(out, ScramServer.MECHANISM, login.clientFirst()));
        return begun.isPresent();
    }

    private boolean md5(ByteBuf payload, ByteBuf out) {
        Optional<String> stored = switch (credential) {
            case Credential.Md5 known -> Optional.of(known.stored());
            case Credential.Password password ->
                Optional.of(Md5Password.stored(startup.getOrDefault("user", ""), password.value()));
            case Credential.Keys _, Credential.None _ -> Optional.empty();
        };
        byte[] salt = new byte[Md5Password.SALT_BYTES];
        payload.readBytes(salt);
        stored.ifPresent(known -> FrontendMessages.password(out, Md5Password.answer(known, salt)));
        return stored.isPresent();
    }

    private ErrorFields cannotAnswer(int code) {
        if (credential instanceof Credential.None) {
            return ErrorFields.fatal(
                    SqlState.INVALID_AUTHORIZATION,
                    place + " asks for a password, and the client has logged in at the gateway without one",
                    "What lets the client in without a password does not let the gateway in at the server.",
                    "Give the gateway's address \"trust\" for this role in pg_hba.conf, or the role SCRAM in the"
                            + " gateway's HBA file.");
        }
        return ErrorFields.fatal(
                SqlState.INVALID_AUTHORIZATION,
                place + " asks for an authentication method that the gateway cannot pass on",
                "Its authentication code is " + code + "; what the client has shown at the gateway does not answer it.",
                "Use scram-sha-256 for the gateway's address in pg_hba.conf, or md5 for roles whose password is stored"
                        + " so.");
    }

    private ScramLogin login() {
        ScramLogin begun = scram;
        if (begun == null) {
            throw new ProtocolException("authentication that was not asked for");
        }
        return begun;
    }

    private void ready(ChannelHandlerContext context) {
        if (!finished) {
            finished = true;
            listener.connected(new Done(context.channel(), key, reported, commitLevel, messageLevel));
            if (context.pipeline().context(this) != null) {
                context.pipeline().remove(this);
            }
        }
    }

    private void refused(ChannelHandlerContext context, ErrorFields error) {
        if (!finished) {
            finished = true;
            listener.refused(error);
        }
        Channels.close(context);
    }

    void failed(String reason) {
        if (!finished) {
            finished = true;
            listener.failed(reason);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        failed(place + " closed the connection during log-in");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable root = Failures.root(cause);
        if (root instanceof ScramException || root instanceof ProtocolException) {
            failed("log-in at " + place + " failed: " + root.getMessage());
        } else {
            failed("connection to " + place + " failed: " + root.getMessage());
        }
        Channels.close(context);
    }
}
