package io.howdah.postgres.client;

import io.howdah.postgres.client.PostgresConnectionException.Kind;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendMessages.BackendKey;
import io.howdah.postgres.wire.BackendType;
import io.howdah.postgres.wire.Bytes;
import io.howdah.postgres.wire.DataRow;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.FrontendMessages;
import io.howdah.postgres.wire.MessageFrame;
import io.howdah.postgres.wire.ProtocolException;
import io.howdah.postgres.wire.RowDescription;
import io.howdah.postgres.wire.StartupPacket;
import io.howdah.postgres.wire.TransactionStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One blocking connection, protocol 3.0. It belongs to one thread at a time; {@link #cancel}, {@link
 * #close} and {@link #isBroken} may come from any.
 *
 * <p>Errors that the server reports are {@link PostgresException}s and leave the connection usable, unless fatal. Every
 * other failure is a {@link PostgresConnectionException}, closes the connection, and leaves open whether the last
 * command took effect.
 */
public final class PostgresClient implements AutoCloseable {
    private static final int NO_BACKEND = 0;

    private final ConnectOptions options;
    private final Transport transport;
    private final MessageReader reader;
    private final Map<String, String> parameters = new ConcurrentHashMap<>();
    private final ByteBuf out = Unpooled.buffer(512);

    /** Written once by the connecting thread before the client is handed out. */
    private BackendKey backendKey = new BackendKey(NO_BACKEND, Bytes.of(new byte[4]));

    /** Written by the thread in charge, read by all. */
    private volatile boolean broken;

    private TransactionStatus transactionStatus = TransactionStatus.IDLE;

    private PostgresClient(ConnectOptions options, Transport transport) {
        this.options = options;
        this.transport = transport;
        this.reader = new MessageReader(transport);
    }

    /** Connects and logs in; throws {@link PostgresException} when the server says no, for example 57P03. */
    public static PostgresClient connect(ConnectOptions options) {
        Transport transport;
        try {
            transport = Transport.open(options.endpoint(), options.connectTimeout(), options.encryption());
        } catch (IOException e) {
            throw connectFailure(options, e);
        }
        PostgresClient client = new PostgresClient(options, transport);
        try {
            transport.limitReads(options.connectTimeout());
            client.logIn();
            transport.limitReads(options.readTimeout());
            return client;
        } catch (IOException e) {
            client.abandon();
            throw client.connectionFailure(e);
        } catch (RuntimeException e) {
            client.abandon();
            throw Login.translate(e);
        }
    }

    private static PostgresConnectionException connectFailure(ConnectOptions options, IOException e) {
        String text = Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
        Kind kind = switch (e) {
            case ConnectException refused when text.contains("refused") -> Kind.REFUSED;
            case SocketTimeoutException timeout -> Kind.TIMEOUT;
            default -> Kind.CLOSED;
        };
        return new PostgresConnectionException(
                kind, "cannot connect to PostgreSQL at %s: %s".formatted(options.endpoint(), text), e);
    }

    private void logIn() throws IOException {
        SequencedMap<String, String> startup = new LinkedHashMap<>();
        startup.put("user", options.user());
        if (options.replication()) {
            startup.put("replication", "true");
        } else {
            startup.put("database", options.database());
        }
        startup.put("application_name", options.applicationName());
        startup.put("client_encoding", "UTF8");
        startup.putAll(options.settings());
        StartupPacket.writeStartup(out, StartupPacket.PROTOCOL_3_0, startup);
        send();
        Login login = new Login(options.credential());
        boolean authenticated = false;
        while (true) {
            byte type = reader.next(MessageFrame.AUTHENTICATION_LIMIT);
            if (!Login.isExpected(type)) {
                throw new ProtocolException("message type '%c' during login".formatted((char) type));
            }
            if (type == BackendType.AUTHENTICATION) {
                authenticated = login.answer(reader.payload(), out);
                send();
            } else if (type == BackendType.BACKEND_KEY_DATA) {
                backendKey = BackendMessages.readBackendKey(reader.payload());
            } else if (type == BackendType.ERROR_RESPONSE) {
                throw new PostgresException(ErrorFields.decode(reader.payload()));
            } else if (type == BackendType.READY_FOR_QUERY) {
                if (!authenticated) {
                    throw new ProtocolException("ReadyForQuery before AuthenticationOk");
                }
                return;
            } else {
                takeAsynchronous(type);
            }
        }
    }

    /** Runs SQL by the simple protocol and answers the rows of its last result. */
    public List<Row> query(String sql) {
        FrontendMessages.query(out, sql);
        return run(Collector.silent()).rows();
    }

    /** Runs one statement with parameters in text format; an empty Optional is NULL. */
    public List<Row> query(String sql, List<Optional<String>> arguments) {
        FrontendMessages.parse(out, "", sql);
        FrontendMessages.bind(out, "", "", arguments);
        FrontendMessages.describe(out, FrontendMessages.PORTAL, "");
        FrontendMessages.execute(out, "");
        FrontendMessages.sync(out);
        return run(Collector.silent()).rows();
    }

    /** Runs SQL by the simple protocol and answers the tag of its last command, such as {@code INSERT 0 1}. */
    public String execute(String sql) {
        FrontendMessages.query(out, sql);
        return run(Collector.silent()).tag();
    }

    /**
     * Runs a command whose answer mixes rows and copied data: COPY TO, BASE_BACKUP. When the handler throws, the
     * connection is closed, since the rest of the answer cannot be awaited.
     */
    public void copyOut(String sql, ReplicationHandler handler) {
        FrontendMessages.query(out, sql);
        run(new Collector(Optional.of(handler)));
    }

    /**
     * Runs a command after which both sides copy data until one of them ends it: START_REPLICATION. The connection serves nothing else
     * from then on; closing the answer closes it.
     */
    public CopyBoth copyBoth(String sql) {
        FrontendMessages.query(out, sql);
        run(Collector.untilBoth());
        return new CopyBoth(this, transport, reader);
    }

    private Collector run(Collector collector) {
        if (broken) {
            out.clear();
            throw new PostgresConnectionException(Kind.CLOSED, "the connection to PostgreSQL is already closed");
        }
        try {
            send();
            return receive(collector);
        } catch (IOException e) {
            abandon();
            throw collector.error.<RuntimeException>map(PostgresException::new).orElseGet(() -> connectionFailure(e));
        } catch (ProtocolException e) {
            abandon();
            throw new PostgresConnectionException(Kind.PROTOCOL, "the server broke the protocol: " + e.getMessage(), e);
        } catch (PostgresException e) {
            throw e;
        } catch (RuntimeException e) {
            // A handler failed in the middle of an answer whose rest nobody will read.
            abandon();
            throw e;
        }
    }

    private Collector receive(Collector collector) throws IOException {
        while (true) {
            byte type = reader.next(MessageFrame.LARGE_LIMIT);
            switch (type) {
                case BackendType.READY_FOR_QUERY -> {
                    transactionStatus = BackendMessages.readReadyForQuery(reader.payload());
                    if (collector.error.isPresent()) {
                        throw new PostgresException(collector.error.get());
                    }
                    if (collector.awaitsBoth) {
                        throw new ProtocolException("the server has nothing to stream: " + collector.tag());
                    }
                    return collector;
                }
                case BackendType.ERROR_RESPONSE -> collector.fail(ErrorFields.decode(reader.payload()));
                case BackendType.COPY_IN_RESPONSE -> {
                    FrontendMessages.copyFail(out, "COPY FROM STDIN is not supported by this client");
                    send();
                }
                case BackendType.COPY_BOTH_RESPONSE -> {
                    if (collector.awaitsBoth) {
                        return collector;
                    }
                    throw new ProtocolException("the server begins to stream, which nobody asked for");
                }
                case BackendType.COPY_DATA, BackendType.COPY_OUT_RESPONSE, BackendType.COPY_DONE ->
                    copy(type, collector);
                case BackendType.ROW_DESCRIPTION -> collector.begin(RowDescription.decode(reader.payload()));
                case BackendType.DATA_ROW -> collector.row(DataRow.decode(reader.payload()));
                case BackendType.COMMAND_COMPLETE ->
                    collector.complete(BackendMessages.readCommandComplete(reader.payload()));
                case BackendType.EMPTY_QUERY_RESPONSE,
                        BackendType.PARSE_COMPLETE,
                        BackendType.BIND_COMPLETE,
                        BackendType.CLOSE_COMPLETE,
                        BackendType.NO_DATA,
                        BackendType.PARAMETER_DESCRIPTION -> {
                    // Nothing to keep.
                }
                default -> takeAsynchronous(type);
            }
        }
    }

    private void copy(byte type, Collector collector) throws IOException {
        ReplicationHandler handler =
                collector.handler.orElseThrow(() -> new ProtocolException("copied data in the answer of a query"));
        try {
            if (type == BackendType.COPY_DATA) {
                handler.copyData(reader.array(), reader.payloadOffset(), reader.payloadBytes());
            } else if (type == BackendType.COPY_OUT_RESPONSE) {
                handler.copyStart();
            } else {
                handler.copyDone();
            }
        } catch (IOException e) {
            abandon();
            throw new java.io.UncheckedIOException(e);
        } catch (RuntimeException e) {
            abandon();
            throw e;
        }
    }

    void takeAsynchronous(byte type) {
        switch (type) {
            case BackendType.NOTICE_RESPONSE -> options.noticeListener().accept(ErrorFields.decode(reader.payload()));
            case BackendType.PARAMETER_STATUS -> {
                BackendMessages.ParameterStatus status = BackendMessages.readParameterStatus(reader.payload());
                parameters.put(status.name(), status.value());
            }
            case BackendType.NOTIFICATION_RESPONSE, BackendType.NEGOTIATE_PROTOCOL_VERSION -> {
                // This client neither listens nor asks for more than 3.0.
            }
            default -> throw new ProtocolException("unexpected message type %d".formatted(type));
        }
    }

    private void send() throws IOException {
        try {
            transport.write(out.array(), out.arrayOffset() + out.readerIndex(), out.readableBytes());
        } finally {
            out.clear();
        }
    }

    /**
     * Blocks until the server ends the connection and answers its last words, if it had any. When the postmaster dies
     * all its backends end at once, so a virtual thread in this call notices a {@code kill -9} within milliseconds. The
     * connection can serve nothing else meanwhile, and is closed afterwards.
     */
    public Optional<ErrorFields> awaitEnd() {
        Optional<ErrorFields> last = Optional.empty();
        try {
            transport.limitReads(Duration.ZERO);
            while (true) {
                byte type = reader.next(MessageFrame.LARGE_LIMIT);
                if (type == BackendType.ERROR_RESPONSE) {
                    last = Optional.of(ErrorFields.decode(reader.payload()));
                } else {
                    takeAsynchronous(type);
                }
            }
        } catch (IOException | ProtocolException e) {
            abandon();
            return last;
        }
    }

    /** Asks the server, over a connection of its own, to cancel what runs here. Whether it does is not answered. */
    public void cancel() {
        try (Transport other = Transport.open(options.endpoint(), options.connectTimeout(), options.encryption())) {
            ByteBuf request = Unpooled.buffer(16);
            StartupPacket.writeCancel(request, backendKey.processId(), backendKey.secret());
            other.write(request.array(), 0, request.readableBytes());
            other.limitReads(options.connectTimeout());
            // The server closes after it has sent the signal; reading that end makes the call an ordered event.
            int ignored = other.read(new byte[1], 0, 1);
            throw new ProtocolException("answer of %d bytes to CancelRequest".formatted(ignored));
        } catch (java.io.EOFException e) {
            // As it should be.
        } catch (IOException e) {
            throw connectFailure(options, e);
        }
    }

    /** Changes the limit of silence for the commands that follow; zero waits for ever. */
    public void limitReads(Duration timeout) {
        try {
            transport.limitReads(timeout);
        } catch (IOException e) {
            abandon();
            throw connectionFailure(e);
        }
    }

    /** Process id of the backend that serves this connection. */
    public int backendProcessId() {
        return backendKey.processId();
    }

    /** What the server last reported of its parameters, such as server_version. */
    public Map<String, String> parameters() {
        return Map.copyOf(parameters);
    }

    /** The transaction's status after the last command. */
    public TransactionStatus transactionStatus() {
        return transactionStatus;
    }

    /** True once no further use is possible. */
    public boolean isBroken() {
        return broken;
    }

    @Override
    public void close() {
        if (!broken) {
            byte[] terminate = {'X', 0, 0, 0, 4};
            try {
                transport.write(terminate, 0, terminate.length);
            } catch (IOException e) {
                // The server finds out by the closed socket instead.
            }
        }
        abandon();
    }

    void abandon() {
        broken = true;
        transport.close();
    }

    PostgresConnectionException connectionFailure(IOException e) {
        Kind kind = e instanceof SocketTimeoutException ? Kind.TIMEOUT : Kind.CLOSED;
        return new PostgresConnectionException(
                kind, "lost the connection to PostgreSQL at %s: %s".formatted(options.endpoint(), e.getMessage()), e);
    }
}
